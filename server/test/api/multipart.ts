/** One part of a multipart body, written out by hand so that it can be wrong. */
export interface RawPart {
  readonly name?: string;
  readonly fileName?: string;
  readonly type?: string;
  readonly content: string | Buffer;
}

export const BOUNDARY = 'placeholder-boundary';
export const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

export function rawForm(parts: readonly RawPart[]): Buffer {
  return Buffer.concat([...parts.flatMap(rawPart), Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

function rawPart({ name, fileName, type, content }: RawPart): Buffer[] {
  const names = `${name === undefined ? '' : `; name="${name}"`}${fileName === undefined ? '' : `; filename="${fileName}"`}`;
  const head = [
    `--${BOUNDARY}`,
    `content-disposition: form-data${names}`,
    ...(type === undefined ? [] : [`content-type: ${type}`]),
  ];
  return [Buffer.from(`${head.join('\r\n')}\r\n\r\n`), Buffer.from(content), Buffer.from('\r\n')];
}
