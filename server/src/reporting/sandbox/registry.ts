import { z } from 'zod';
import { responseCodes } from '../cybertipline/index.ts';

/** Of a file only its digests and its size (in bytes) are kept. */
const receivedFile = z.object({ fileId: z.string(), size: z.int(), md5: z.string(), sha256: z.string() });
export type ReceivedFile = Readonly<z.infer<typeof receivedFile>>;

const happened = { at: z.iso.datetime(), reportId: z.string() };

/** What happened to a report. The whole state of the sandbox follows from these, in their order. */
export const entrySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('begun'), firstReportId: z.int() }),
  z.object({ type: z.literal('opened'), ...happened, xml: z.string() }),
  z.object({ type: z.literal('uploaded'), ...happened, ...receivedFile.shape }),
  z.object({ type: z.literal('described'), ...happened, fileId: z.string(), xml: z.string() }),
  z.object({ type: z.literal(['finished', 'retracted']), ...happened }),
]);
export type Entry = Readonly<z.infer<typeof entrySchema>>;

export type ReportState = 'open' | 'finished' | 'retracted' | 'lapsed';

export interface ReceivedReport {
  readonly reportId: string;
  readonly state: ReportState;
  readonly openedAt: string;
  /** The last upload or file details, or else the opening. */
  readonly modifiedAt: string;
  /** When the report is or was deleted unless finished; absent once it is finished or retracted. */
  readonly lapsesAt?: string;
  readonly xml: string;
  readonly files: readonly (ReceivedFile & { readonly detailsXml?: string })[];
}

export interface SandboxCounts {
  readonly opened: number;
  readonly uploaded: number;
  readonly fileInfos: number;
  readonly finished: number;
  readonly retracted: number;
  readonly lapsed: number;
}

interface HeldReport {
  readonly reportId: string;
  readonly openedAt: string;
  readonly xml: string;
  readonly files: (ReceivedFile & { detailsXml?: string })[];
  modifiedAt: string;
  ended?: 'finished' | 'retracted';
}

const hour = 60 * 60 * 1000;

/** The reports that a server has received, and what may still be done with each. */
export class Registry {
  readonly #reports = new Map<string, HeldReport>();
  #nextReportId = 0;

  /** Takes up what has been written to the journal. */
  apply(entry: Entry): void {
    switch (entry.type) {
      case 'begun':
        this.#nextReportId = entry.firstReportId;
        return;
      case 'opened': {
        const { reportId, xml, at } = entry;
        this.#reports.set(reportId, { reportId, xml, openedAt: at, modifiedAt: at, files: [] });
        this.#nextReportId = Number(reportId) + 1;
        return;
      }
      case 'uploaded': {
        const { fileId, size, md5, sha256 } = entry;
        const held = this.#held(entry.reportId);
        held.files.push({ fileId, size, md5, sha256 });
        held.modifiedAt = entry.at;
        return;
      }
      case 'described': {
        const held = this.#held(entry.reportId);
        const file = held.files.find(({ fileId }) => fileId === entry.fileId);
        if (file === undefined)
          throw new Error(`The journal describes a file that report ${entry.reportId} lacks`);
        file.detailsXml = entry.xml;
        held.modifiedAt = entry.at;
        return;
      }
      case 'finished':
      case 'retracted':
        this.#held(entry.reportId).ended = entry.type;
    }
  }

  nextReportId(): string {
    return String(this.#nextReportId);
  }

  /** The report, when it can still be changed; otherwise the response code that says why not. */
  openReport(reportId: string, now: Date): ReceivedReport | number {
    const held = this.#reports.get(reportId);
    const state = held === undefined ? 'lapsed' : stateOf(held, now);
    if (held === undefined || state === 'lapsed') return responseCodes.reportDoesNotExist;
    if (state === 'retracted') return responseCodes.alreadyRetracted;
    if (state === 'finished') return responseCodes.alreadyFinished;
    return view(held, now);
  }

  /** Every report received, oldest first. */
  reports(now: Date): ReceivedReport[] {
    return [...this.#reports.values()].map((held) => view(held, now));
  }

  counts(now: Date): SandboxCounts {
    const reports = this.reports(now);
    const files = reports.flatMap((report) => report.files);
    const inState = (state: ReportState) => reports.filter((report) => report.state === state).length;
    return {
      opened: reports.length,
      uploaded: files.length,
      fileInfos: files.filter(({ detailsXml }) => detailsXml !== undefined).length,
      finished: inState('finished'),
      retracted: inState('retracted'),
      lapsed: inState('lapsed'),
    };
  }

  #held(reportId: string): HeldReport {
    const held = this.#reports.get(reportId);
    if (held === undefined) throw new Error(`The journal names report ${reportId} before it was opened`);
    return held;
  }
}

/** "24 hours after the report was opened or 1 hour after the last modification, whichever is later". */
function lapseTime({ openedAt, modifiedAt }: HeldReport): number {
  return Math.max(Date.parse(openedAt) + 24 * hour, Date.parse(modifiedAt) + hour);
}

function stateOf(held: HeldReport, now: Date): ReportState {
  return held.ended ?? (now.getTime() >= lapseTime(held) ? 'lapsed' : 'open');
}

function view(held: HeldReport, now: Date): ReceivedReport {
  const { reportId, openedAt, modifiedAt, xml, files, ended } = held;
  return {
    reportId,
    state: stateOf(held, now),
    openedAt,
    modifiedAt,
    ...(ended === undefined && { lapsesAt: new Date(lapseTime(held)).toISOString() }),
    xml,
    files: files.map((file) => ({ ...file })),
  };
}
