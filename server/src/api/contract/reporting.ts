/** Reports: what is filed with an authority. */
import { z } from 'zod';
import { id, personRef } from './shapes.ts';

export const reportStatus = z.enum(['queued', 'filing', 'filed', 'waiting', 'failed']);

export const reportSummary = z
  .object({
    id,
    caseId: id,
    caseNumber: z.number().int(),
    authority: z.literal('ncmec-cybertipline'),
    environment: z.enum(['sandbox', 'test', 'production', 'unconfigured']),
    status: reportStatus.describe('waiting: will be tried again; failed: needs a person.'),
    externalId: z.string().nullable().describe("The authority's report number."),
    filedBy: personRef,
    createdAt: z.string(),
    filedAt: z.string().nullable(),
    problem: z.string().nullable().describe('What stands in the way, if something does.'),
  })
  .meta({ id: 'ReportSummary' });

export const reportStep = z
  .object({
    step: z.enum(['submit', 'upload', 'fileinfo', 'finish', 'retract']),
    file: z.string().nullable(),
    attempt: z.number().int(),
    startedAt: z.string(),
    finishedAt: z.string().nullable(),
    outcome: z.enum(['done', 'failed', 'in-doubt', 'under-way']),
    detail: z.string().nullable(),
  })
  .meta({ id: 'ReportStep' });

export const reportDetail = z
  .object({
    ...reportSummary.shape,
    incidentType: z.string(),
    files: z.array(
      z.object({
        exhibitId: id,
        fileId: z.string().nullable(),
        viewedInFull: z.boolean().describe('From the ledger: a person saw the whole of it before filing.'),
      }),
    ),
    steps: z.array(reportStep),
  })
  .meta({ id: 'ReportDetail' });

export const reportOptions = z
  .object({
    incidentTypes: z.array(z.string()),
    industryClassifications: z.array(z.object({ code: z.string(), meaning: z.string() })),
  })
  .meta({ id: 'ReportOptions' });

export type ReportSummary = z.infer<typeof reportSummary>;
export type ReportDetail = z.infer<typeof reportDetail>;
export type ReportOptions = z.infer<typeof reportOptions>;
