import { describe, expect, it } from 'vitest';
import { checkFileDetails, checkReport } from './check.ts';
import type { ProblemCode } from './check.ts';
import type { FileDetails } from './file-details.ts';
import type { Report } from './report.ts';
import {
  groupReport,
  pictureDetails,
  smallFileDetails,
  smallReport,
} from './sample-documents.test-support.ts';

const now = new Date('2025-10-03T00:00:00Z');

describe('the check of a report', () => {
  it.each([
    ['the smallest report', smallReport],
    ['a report of a group', groupReport],
  ])('finds nothing wrong with %s', (_, report) => {
    expect(checkReport(report, { now })).toEqual([]);
  });

  it.each<[string, ProblemCode, Report]>([
    ['reporter.reportingPerson.email', 'missing', withReporter({ email: [] })],
    [
      'reporter.reportingPerson.email[0].value',
      'malformed',
      withReporter({ email: [{ value: 'not an address' }] }),
    ],
    [
      'reporter.reportingPerson.email[0].verified',
      'contradiction',
      withReporter({ email: [{ value: 'a@example.org', verificationDate: '2025-10-01T12:00:00Z' }] }),
    ],
    [
      'incidentSummary.incidentDateTime',
      'no-time-zone',
      withSummary({ incidentDateTime: '2025-10-01T12:00:00' }),
    ],
    ['incidentSummary.incidentDateTime', 'malformed', withSummary({ incidentDateTime: '1 October 2025' })],
    [
      'incidentSummary.incidentDateTime',
      'malformed',
      withSummary({ incidentDateTime: '2025-02-30T12:00:00Z' }),
    ],
    [
      'incidentSummary.incidentDateTime',
      'in-the-future',
      withSummary({ incidentDateTime: '2025-10-03T00:00:01Z' }),
    ],
    ['incidentSummary.escalateToHighPriority', 'blank', withSummary({ escalateToHighPriority: ' ' })],
    [
      'incidentSummary.escalateToHighPriority',
      'too-long',
      withSummary({ escalateToHighPriority: 'x'.repeat(3001) }),
    ],
    ['incidentSummary.platform', 'too-long', withSummary({ platform: 'x'.repeat(257) })],
    ['personOrUserReported.groupIdentifier', 'too-long', withPerson({ groupIdentifier: 'x'.repeat(256) })],
    [
      'personOrUserReported.ipCaptureEvent[0].ipAddress',
      'malformed',
      withPerson({ ipCaptureEvent: [{ ipAddress: '192.0.2' }] }),
    ],
    [
      'personOrUserReported.ipCaptureEvent[0].port',
      'out-of-range',
      withPerson({ ipCaptureEvent: [{ ipAddress: '192.0.2.1', port: 65_536 }] }),
    ],
    ['personOrUserReported.profileUrl[0]', 'malformed', withPerson({ profileUrl: ['example'] })],
    ['personOrUserReported.priorCTReports[0]', 'malformed', withPerson({ priorCTReports: ['A1'] })],
    [
      'personOrUserReported.estimatedLocation.region',
      'contradiction',
      withPerson({ estimatedLocation: { countryCode: 'US', city: 'Springfield' } }),
    ],
    [
      'personOrUserReported.estimatedLocation.region',
      'contradiction',
      withPerson({ estimatedLocation: { countryCode: 'US', region: 'Elsewhere' } }),
    ],
    [
      'personOrUserReported.estimatedLocation.countryCode',
      'not-published',
      withPerson({ estimatedLocation: { countryCode: 'XX' } }),
    ],
    [
      'personOrUserReported.accountTemporarilyDisabled.reenabledDate',
      'contradiction',
      withPerson({
        accountTemporarilyDisabled: {
          value: true,
          disabledDate: '2025-10-02T08:00:00Z',
          reenabledDate: '2025-10-02T08:00:00Z',
        },
      }),
    ],
    [
      'personOrUserReported.accountPermanentlyDisabled.userNotifiedDate',
      'contradiction',
      withPerson({
        accountPermanentlyDisabled: {
          value: true,
          disabledDate: '2025-10-02T08:00:00Z',
          userNotifiedDate: '2025-10-01T08:00:00Z',
        },
      }),
    ],
    [
      'personOrUserReported.personOrUserReportedPerson.phone[0].value',
      'contradiction',
      withPerson({
        personOrUserReportedPerson: { phone: [{ value: '+12025550100', countryCallingCode: '+1' }] },
      }),
    ],
    [
      'personOrUserReported.associatedAccount[0].approximateAge',
      'contradiction',
      withPerson({ associatedAccount: [{ type: 'Linked', approximateAge: 40, dateOfBirth: '1985-01-01' }] }),
    ],
    [
      'internetDetails',
      'contradiction',
      {
        ...smallReport,
        internetDetails: [{ emailIncident: { emailAddress: [{ value: 'stranger@example.org' }] } }],
      },
    ],
  ])('refuses %s when it is %s', (path, code, report) => {
    expect(checkReport(report, { now })).toEqual([
      { path, code, severity: 'error', message: expect.stringMatching(/^[A-Z].*\.$/s) },
    ]);
  });

  it.each<[string, string, ProblemCode, unknown]>([
    [
      'an incident type with a typing error',
      'incidentSummary.incidentType',
      'not-published',
      {
        ...smallReport,
        incidentSummary: {
          ...smallReport.incidentSummary,
          incidentType: 'Online Enticement of Children for Sexual Act',
        },
      },
    ],
    [
      'no incident time',
      'incidentSummary.incidentDateTime',
      'missing',
      { ...smallReport, incidentSummary: { incidentType: 'Child Sex Tourism' } },
    ],
    [
      'two people as reported',
      'personOrUserReported',
      'wrong-type',
      { ...smallReport, personOrUserReported: [{}, {}] },
    ],
    [
      'a place of two kinds',
      'internetDetails[0]',
      'not-exactly-one',
      { ...smallReport, internetDetails: [{ chatImIncident: {}, webPageIncident: {} }] },
    ],
    [
      'a place of no kind',
      'internetDetails[0]',
      'not-exactly-one',
      { ...smallReport, internetDetails: [{}] },
    ],
    [
      'a field that the format lacks',
      'reporter.company',
      'unknown',
      { ...smallReport, reporter: { ...smallReport.reporter, company: 'x' } },
    ],
    [
      'an inherited name as a kind of place',
      'internetDetails[0]',
      'not-exactly-one',
      { ...smallReport, internetDetails: [{ constructor: {} }] },
    ],
    ['nothing at all', '', 'wrong-type', null],
    [
      'text where a number is due',
      'personOrUserReported.ipCaptureEvent[0].port',
      'wrong-type',
      { ...smallReport, personOrUserReported: { ipCaptureEvent: [{ ipAddress: '192.0.2.1', port: '443' }] } },
    ],
  ])('refuses %s from a store that knows no types', (_, path, code, report) => {
    // @ts-expect-error The types forbid it; a stored document may hold it all the same.
    expect(checkReport(report, { now })).toEqual([
      expect.objectContaining({ path, code, severity: 'error' }),
    ]);
  });

  it('takes an email address of the incident that belongs to someone in the report', () => {
    const report: Report = {
      ...smallReport,
      internetDetails: [{ emailIncident: { emailAddress: [{ value: 'Person@example.org' }] } }],
      victim: [{ victimPerson: { email: [{ value: 'person@example.org' }] } }],
    };
    expect(checkReport(report, { now })).toEqual([]);
  });

  it('warns, but does not refuse, when characters cannot be sent as they are', () => {
    expect(checkReport({ ...smallReport, additionalInfo: 'a\u0000b' }, { now })).toEqual([
      {
        path: 'additionalInfo',
        code: 'illegal-character',
        severity: 'warning',
        message: 'Additional info holds characters that cannot be sent; each will arrive as U+FFFD.',
      },
    ]);
  });

  it('speaks in sentences that never quote the document', () => {
    const secret = 'placeholder-secret';
    const report = withPerson({
      profileUrl: [secret],
      priorCTReports: [secret],
      espService: secret.repeat(10),
    });
    const problems = checkReport(report, { now });
    expect(problems.map(({ message }) => message)).toEqual([
      'ESP service is longer than 100 characters (it has 180).',
      'Profile URL is not a complete address such as https://example.org/page.',
      'Prior CyberTipline reports is not the number of a CyberTipline report.',
    ]);
    expect(JSON.stringify(problems)).not.toContain(secret);
  });
});

describe('the check of file details', () => {
  it.each([
    ['the smallest', smallFileDetails],
    ['those of a picture', pictureDetails],
  ])('finds nothing wrong with %s', (_, details) => {
    expect(checkFileDetails(details, { now })).toEqual([]);
  });

  it.each<[string, ProblemCode, FileDetails]>([
    ['exifViewedByEsp', 'contradiction', { ...smallFileDetails, exifViewedByEsp: true }],
    [
      'industryClassification',
      'contradiction',
      { ...smallFileDetails, fileRelevance: 'Supplemental Reported', industryClassification: 'A1' },
    ],
    [
      'fileRelevance',
      'contradiction',
      { ...smallFileDetails, fileRelevance: 'Supplemental Reported', fileAnnotations: ['potentialMeme'] },
    ],
    [
      'potentialMeme',
      'contradiction',
      { ...smallFileDetails, potentialMeme: true, fileAnnotations: ['viral'] },
    ],
    ['locationOfFile', 'malformed', { ...smallFileDetails, locationOfFile: '/somewhere' }],
    ['details[0].nameValuePair', 'missing', { ...smallFileDetails, details: [{ nameValuePair: [] }] }],
    [
      'details[0].nameValuePair[0].name',
      'too-long',
      { ...smallFileDetails, details: [{ nameValuePair: [{ name: 'x'.repeat(65), value: '' }] }] },
    ],
    [
      'uploadedToEspTimestamp',
      'in-the-future',
      { ...smallFileDetails, uploadedToEspTimestamp: '2025-10-03T02:00:00+01:00' },
    ],
    ['fileId', 'blank', { ...smallFileDetails, fileId: '' }],
  ])('refuses %s when it is %s', (path, code, details) => {
    expect(checkFileDetails(details, { now })).toEqual([
      expect.objectContaining({ path, code, severity: 'error' }),
    ]);
  });

  it.each<[string, ProblemCode, unknown]>([
    ['fileViewedByEsp', 'missing', { ...smallFileDetails, fileViewedByEsp: undefined }],
    ['fileViewedByEsp', 'wrong-type', { ...smallFileDetails, fileViewedByEsp: 'true' }],
    ['industryClassification', 'not-published', { ...smallFileDetails, industryClassification: 'C1' }],
    ['fileAnnotations[0]', 'not-published', { ...smallFileDetails, fileAnnotations: ['placeholder'] }],
  ])('refuses %s when it is %s in a stored document', (path, code, details) => {
    // @ts-expect-error The types forbid it; a stored document may hold it all the same.
    expect(checkFileDetails(details, { now })).toEqual([
      expect.objectContaining({ path, code, severity: 'error' }),
    ]);
  });
});

function withSummary(summary: Partial<Report['incidentSummary']>): Report {
  return { ...smallReport, incidentSummary: { ...smallReport.incidentSummary, ...summary } };
}

function withReporter(reportingPerson: Report['reporter']['reportingPerson']): Report {
  return { ...smallReport, reporter: { reportingPerson } };
}

function withPerson(personOrUserReported: NonNullable<Report['personOrUserReported']>): Report {
  return { ...smallReport, personOrUserReported };
}
