import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { hasFormat } from './formats.ts';
import type { Fieldset } from './records.ts';
import { isFieldset } from './records.ts';
import { decodeReferences } from './xml-text.ts';

/** `<reportResponse>` or `<reportDoneResponse>` (documentation, appendix D). */
export interface Answer {
  readonly root: 'reportResponse' | 'reportDoneResponse';
  readonly responseCode: number;
  readonly responseDescription?: string;
  readonly reportId?: string;
  readonly fileId?: string;
  readonly md5?: string;
  /** Of a finished report. */
  readonly fileIds?: readonly string[];
}

/**
 * Reads an answer of the server. Null when it is not one of the two documents, is cut short, or holds a field that
 * is not what it should be: nothing is guessed, because a wrong report number would lose a report.
 */
export function readAnswer(xml: string): Answer | null {
  if (xml.includes('<!DOCTYPE') || XMLValidator.validate(xml) !== true) return null;
  const document = parsed(xml);
  if (!isFieldset(document)) return null;
  const [root, ...others] = Object.keys(document);
  if (others.length > 0 || (root !== 'reportResponse' && root !== 'reportDoneResponse')) return null;
  const fields = document[root];
  return isFieldset(fields) ? answer(root, fields) : null;
}

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  processEntities: false,
  maxNestedTags: 8,
  isArray: (_, path) => path === 'reportDoneResponse.files.fileId',
});

function parsed(xml: string): unknown {
  try {
    return parser.parse(xml);
  } catch {
    // It refuses reserved names and deep nesting by throwing; no answer has either.
    return null;
  }
}

function answer(root: Answer['root'], fields: Fieldset): Answer | null {
  const { responseCode, responseDescription, reportId, fileId, hash, files } = fields;
  if (typeof responseCode !== 'string' || !/^[0-9]{1,9}$/.test(responseCode)) return null;
  if (reportId !== undefined && !isText(reportId, (id) => hasFormat('report-id', id))) return null;
  if (fileId !== undefined && !isText(fileId, (id) => hasFormat('file-id', id))) return null;
  if (hash !== undefined && !isText(hash, (digest) => /^[0-9A-Fa-f]{32}$/.test(digest))) return null;
  const fileIds = files === undefined ? undefined : readFileIds(files);
  if (fileIds === null) return null;
  return {
    root,
    responseCode: Number(responseCode),
    ...(typeof responseDescription === 'string' && {
      responseDescription: decodeReferences(responseDescription) ?? responseDescription,
    }),
    ...(reportId !== undefined && { reportId }),
    ...(fileId !== undefined && { fileId }),
    ...(hash !== undefined && { md5: hash.toLowerCase() }),
    ...(fileIds !== undefined && { fileIds }),
  };
}

function readFileIds(files: unknown): readonly string[] | null {
  if (files === '') return [];
  if (!isFieldset(files) || Object.keys(files).some((name) => name !== 'fileId')) return null;
  const ids = files['fileId'];
  return Array.isArray(ids) && ids.every((id) => isText(id, (text) => hasFormat('file-id', text)))
    ? ids
    : null;
}

function isText(value: unknown, holds: (text: string) => boolean): value is string {
  return typeof value === 'string' && holds(value);
}
