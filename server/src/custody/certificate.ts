import type { Reason } from './terms.ts';

/** What is left to show of a destroyed exhibit: what it was, why, when and by whom. It names it by its hash. */
export interface Certificate {
  readonly format: 'breakwater-destruction-certificate/1';
  readonly id: string;
  readonly what: {
    readonly exhibitId: string;
    readonly caseId: string | null;
    readonly sha256: string;
    readonly bytes: number;
  };
  readonly why: {
    readonly ground: 'term-ended' | 'authority-request';
    readonly reference: string | null;
    readonly why: string;
    /** The terms that had ended, or that applied when an authority asked. */
    readonly terms: readonly Reason[];
  };
  readonly when: { readonly ordered: string; readonly keyErased: string; readonly destroyed: string };
  readonly by: { readonly kind: string; readonly id: string; readonly name: string };
  /** Whose second signature it bears; not there where one person acted alone. */
  readonly approvedBy?: { readonly kind: string; readonly id: string; readonly name: string };
  /** Whether the sealed bytes went as well, or another exhibit with the same content must still be kept. */
  readonly sealedBytes: 'erased' | 'kept-for-another-exhibit';
  /** The event of the ledger that records it. */
  readonly ledgerEventId: string;
}

const GROUNDS = {
  'term-ended': 'The time for which it had to be kept is over.',
  'authority-request': 'An authority asked for its destruction.',
} as const;

const HOW = {
  erased:
    'The wrapped key was erased from the database and the sealed bytes from the store. Copies of the bytes that a backup of the store may hold cannot be opened any more. Backups of the database that are older than the erasure hold the wrapped key until they lapse.',
  'kept-for-another-exhibit':
    'This exhibit and its link to the sealed bytes are destroyed. The same content is part of another exhibit that must still be kept, so the bytes themselves remain for that one.',
} as const;

/** The certificate as a page for people: plain HTML, without style, script or anything from elsewhere. */
export function certificatePage(certificate: Certificate): string {
  const { what, why, when, by, approvedBy } = certificate;
  const rows: [string, string][] = [
    ['Certificate', certificate.id],
    ['Exhibit', what.exhibitId],
    ['Case', what.caseId ?? 'none'],
    ['SHA-256 of the content', what.sha256],
    ['Size in bytes', String(what.bytes)],
    ['Ground', GROUNDS[why.ground]],
    ...(why.reference === null ? [] : ([['Reference', why.reference]] as [string, string][])),
    ['Reason given', why.why],
    ...why.terms.map((term): [string, string] => [
      'Term',
      term.until === null ? term.text : `${term.text} From ${term.from ?? ''} until ${term.until}`,
    ]),
    ['Ordered by', `${by.name} (${by.kind} ${by.id})`],
    ...(approvedBy === undefined
      ? []
      : ([['Second signature by', `${approvedBy.name} (${approvedBy.kind} ${approvedBy.id})`]] as [
          string,
          string,
        ][])),
    ['Ordered at', when.ordered],
    ['Key erased at', when.keyErased],
    ['Destroyed at', when.destroyed],
    ['What was done', HOW[certificate.sealedBytes]],
    ['Event of the ledger', certificate.ledgerEventId],
  ];
  const body = rows.map(
    ([name, text]) => `<tr><th scope="row">${escape(name)}</th><td>${escape(text)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Certificate of destruction</title></head>
<body><h1>Certificate of destruction</h1>
<table><caption>What was destroyed, why, when and by whom. Times are UTC.</caption>
<tbody>
${body.join('\n')}
</tbody></table></body></html>
`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
