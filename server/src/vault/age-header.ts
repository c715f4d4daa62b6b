/**
 * Takes an age file apart into its header, which holds the wrapped file key and ends with the line of the MAC, and the
 * payload. Put together again they are the same file (age specification, "File format").
 * @throws {TypeError} when it is no age file
 */
export function splitAgeFile(file: Uint8Array): { readonly header: Buffer; readonly payload: Buffer } {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const mac = bytes.indexOf('\n--- ');
  const end = mac === -1 ? -1 : bytes.indexOf('\n', mac + 1) + 1;
  if (!bytes.subarray(0, VERSION.length).equals(VERSION) || end <= 0) throw new TypeError('no age file');
  return { header: bytes.subarray(0, end), payload: bytes.subarray(end) };
}

const VERSION = Buffer.from('age-encryption.org/v1\n');
