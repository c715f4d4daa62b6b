import { escapeText, responseCodes } from '../cybertipline/index.ts';

/** An answer of the server before it is written out. */
export interface Answer {
  readonly httpStatus: number;
  readonly xml: string;
}

export interface Stated {
  readonly reportId?: string | undefined;
  readonly fileId?: string;
  readonly md5?: string;
}

/** `<reportResponse>`, its elements in the published order. */
export function reportResponse(code: number, description: string, stated: Stated = {}): Answer {
  const { reportId, fileId, md5 } = stated;
  return {
    httpStatus: httpStatusOf(code),
    xml: document('reportResponse', [
      element('responseCode', String(code)),
      element('responseDescription', description),
      ...(reportId === undefined ? [] : [element('reportId', reportId)]),
      ...(fileId === undefined ? [] : [element('fileId', fileId)]),
      ...(md5 === undefined ? [] : [element('hash', md5)]),
    ]),
  };
}

/** `<reportDoneResponse>`, which answers `/finish`; it has no room for a description. */
export function reportDoneResponse(code: number, reportId: string, fileIds: readonly string[]): Answer {
  const files = fileIds.map((fileId) => `    ${element('fileId', fileId)}\n`).join('');
  return {
    httpStatus: httpStatusOf(code),
    xml: document('reportDoneResponse', [
      element('responseCode', String(code)),
      element('reportId', reportId),
      files === '' ? '<files/>' : `<files>\n${files}  </files>`,
    ]),
  };
}

/** The published description of a response code. */
export function describe(code: number): string {
  return descriptions.get(code) ?? 'Unlisted response code';
}

const descriptions = new Map<number, string>([
  [responseCodes.success, 'Success'],
  [responseCodes.serverError, 'Server error'],
  [responseCodes.saveFailed, 'Save failed'],
  [responseCodes.uploadFailed, 'Upload failed'],
  [responseCodes.fileUploadFailed, 'File upload failed'],
  [responseCodes.resourceNotFound, 'Resource not found'],
  [responseCodes.updateFailed, 'Update failed'],
  [responseCodes.authenticationRequired, 'Authentication required'],
  [responseCodes.notAuthorized, 'User is not authorized to perform this action'],
  [responseCodes.submissionsNotAuthorized, 'User does not have authorization to make submissions'],
  [responseCodes.updatesNotAuthorized, 'User does not have authorization to make updates'],
  [responseCodes.invalidRequest, 'Invalid request'],
  [responseCodes.validationFailed, 'Validation failed'],
  [responseCodes.malformedXml, 'Malformed XML submittal'],
  [responseCodes.malformedFile, 'Malformed file submittal'],
  [responseCodes.reportDoesNotExist, 'Report does not exist'],
  [responseCodes.fileDoesNotExist, 'File does not exist'],
  [responseCodes.alreadyRetracted, 'Report already retracted'],
  [responseCodes.alreadyFinished, 'Report already finished'],
]);

/** The documentation pairs 4100 with 400 and leaves the other statuses open; a client must go by the code. */
function httpStatusOf(code: number): number {
  if (code === responseCodes.success) return 200;
  if (code === responseCodes.resourceNotFound) return 404;
  if (code < 2000) return 500;
  if (code < 3000) return 401;
  if (code < 4000) return 403;
  return 400;
}

function document(root: string, elements: readonly string[]): string {
  const inner = elements.map((each) => `  ${each}\n`).join('');
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<${root}>\n${inner}</${root}>\n`;
}

function element(name: string, text: string): string {
  return `<${name}>${escapeText(text)}</${name}>`;
}
