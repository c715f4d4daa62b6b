/*
 * Verifies a package of a case. The page inside a package carries this very file, so it imports nothing and uses only
 * what a browser has as well: Web Crypto, TextEncoder, atob.
 */

export interface PackageManifest {
  readonly format: 'breakwater-case-package/1';
  readonly exportId: string;
  readonly exportedAt: string;
  readonly case: { readonly id: string; readonly number: number };
  /** The age public key that it is sealed to. */
  readonly recipient: string;
  readonly why: string;
  /** Whether addresses within the texts of the sealed case file are given. */
  readonly links: 'withheld' | 'included';
  readonly exhibits: readonly PackagedExhibit[];
  /** Every file but this one, the page and SHA256SUMS. */
  readonly files: readonly PackagedFile[];
  /** The key that signs the ledger (C2SP signed-note verifier key); null where there are no proofs. */
  readonly ledgerKey: string | null;
}

export interface PackagedExhibit {
  readonly id: string;
  /** The sealed file; null once it is destroyed. */
  readonly file: string | null;
  /** Of the original bytes, before sealing. */
  readonly contentSha256: string;
  readonly contentBytes: number;
  readonly mediaType: string | null;
  readonly origin: string;
  readonly sealedAt: string;
  /** The certificate of its destruction, as a file of the package. */
  readonly certificate: string | null;
}

export interface PackagedFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Finding {
  readonly good: boolean;
  readonly about: string;
  readonly text: string;
}

/** Reads a file of the package; null when it is not there. */
export type ReadFile = (name: string) => Promise<Uint8Array<ArrayBuffer> | null>;

interface ProvenEvent {
  readonly eventId: string;
  readonly index: number;
  readonly commitment: string;
  readonly content: { readonly salt: string; readonly canonical: string } | null;
  readonly inclusionProof: readonly string[];
  readonly checkpoint: string;
}

interface CustodyFile {
  readonly exhibits: readonly {
    readonly exhibitId: string;
    readonly record: readonly {
      readonly eventId: string;
      readonly at: string;
      readonly type: string;
      readonly actor: { readonly kind: string; readonly id: string };
      readonly sha256: string;
      readonly payload: unknown;
    }[];
  }[];
}

/** Checks every file against the manifest, the custody record against the ledger's events, and their proofs. */
export async function verifyPackage(manifest: PackageManifest, read: ReadFile): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const file of manifest.files) findings.push(await verifyFile(file, read));
  const events = new Map<string, ProvenEvent>();
  if (manifest.ledgerKey === null) {
    findings.push({ good: true, about: 'ledger', text: 'The package has no proofs of the ledger.' });
  } else {
    const proofs = await readJson<{ events: ProvenEvent[] }>('ledger-proofs.json', read);
    if (proofs === null) findings.push(bad('ledger-proofs.json', 'It cannot be read.'));
    for (const event of proofs?.events ?? []) {
      const problem = await problemOfEvent(event, manifest.ledgerKey);
      if (problem === null) events.set(event.eventId, event);
      else findings.push(bad(`event ${event.eventId}`, problem));
    }
    const text = `${events.size} events are in the signed ledger of ${nameOfKey(manifest.ledgerKey)}.`;
    if (proofs !== null && events.size === proofs.events.length)
      findings.push({ good: true, about: 'ledger', text });
  }
  findings.push(...(await verifyCustody(manifest, events, read)));
  return findings;
}

/** Lower-case hex. */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return hex(await sha256(bytes));
}

/** Why an event is not proven to be in the ledger of `key`; null when it is. RFC 6962 section 2.1.1, C2SP signed-note. */
export async function problemOfEvent(event: ProvenEvent, key: string): Promise<string | null> {
  const split = event.checkpoint.lastIndexOf('\n\n');
  const text = event.checkpoint.slice(0, split + 1);
  const [origin = '', sizeText = '', rootText = ''] = text.split('\n');
  if (origin !== nameOfKey(key)) return 'Its checkpoint is of another ledger.';
  if (!(await isSigned(text, event.checkpoint.slice(split + 2), key)))
    return 'Its checkpoint is not signed by the key of the ledger.';
  const commitment = fromBase64(event.commitment);
  if (event.content !== null) {
    const { salt, canonical } = event.content;
    const committed = await sha256(joined([Uint8Array.of(0), fromBase64(salt), utf8(canonical)]));
    if (hex(committed) !== hex(commitment)) return 'It is not what was recorded.';
    if ((JSON.parse(canonical) as { id?: unknown }).id !== event.eventId) return 'It has another id.';
  }
  const leaf = await sha256(joined([Uint8Array.of(0), commitment]));
  const root = await rootOfProof(leaf, event, Number(sizeText));
  return root !== null && hex(root) === hex(fromBase64(rootText))
    ? null
    : 'Its proof does not lead to the signed checkpoint.';
}

async function verifyFile(file: PackagedFile, read: ReadFile): Promise<Finding> {
  const bytes = await read(file.name);
  if (bytes === null) return bad(file.name, 'It is missing.');
  if (bytes.length !== file.bytes || (await sha256Hex(bytes)) !== file.sha256)
    return bad(file.name, 'It is not the file that was exported.');
  return { good: true, about: file.name, text: 'It is the file that was exported.' };
}

async function verifyCustody(
  manifest: PackageManifest,
  events: ReadonlyMap<string, ProvenEvent>,
  read: ReadFile,
): Promise<Finding[]> {
  const custody = await readJson<CustodyFile>('custody.json', read);
  if (custody === null) return [bad('custody.json', 'It cannot be read.')];
  const findings: Finding[] = [];
  for (const exhibit of manifest.exhibits) {
    const record = custody.exhibits.find((one) => one.exhibitId === exhibit.id)?.record ?? [];
    const about = `custody of ${exhibit.id}`;
    const problems: string[] = [];
    if (record[0]?.type !== 'exhibit.sealed') problems.push('It does not begin with the sealing.');
    if (record.some((entry) => entry.sha256 !== exhibit.contentSha256))
      problems.push('It is about other content than the manifest.');
    if (manifest.ledgerKey !== null) {
      for (const entry of record) {
        const recorded = events.get(entry.eventId)?.content?.canonical;
        if (recorded === undefined) problems.push(`The ledger has no proof of event ${entry.eventId}.`);
        else if (!isSameEvent(JSON.parse(recorded), entry))
          problems.push(`Event ${entry.eventId} is told in another way than it was recorded.`);
      }
    }
    findings.push(
      problems.length > 0
        ? bad(about, problems.join(' '))
        : { good: true, about, text: `${record.length} entries, from the sealing to the export.` },
    );
  }
  return findings;
}

/** Whether a custody entry says what the event says. */
function isSameEvent(recorded: unknown, entry: CustodyFile['exhibits'][number]['record'][number]): boolean {
  const event = recorded as {
    at?: unknown;
    type?: unknown;
    actor?: Record<string, unknown>;
    payload?: unknown;
  };
  return (
    event.at === entry.at &&
    event.type === entry.type &&
    event.actor?.['kind'] === entry.actor.kind &&
    (event.actor['id'] ?? event.actor['part']) === entry.actor.id &&
    sorted(event.payload) === sorted(entry.payload)
  );
}

/** JSON with the members in one order. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

/** The root that an audit path leads to (RFC 9162 section 2.1.3.2); null when it cannot be one. */
async function rootOfProof(
  leaf: Uint8Array<ArrayBuffer>,
  { index, inclusionProof }: ProvenEvent,
  size: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size) return null;
  let [at, last, hash] = [index, size - 1, leaf];
  for (const step of inclusionProof) {
    if (last === 0) return null;
    const sibling = fromBase64(step);
    if (at % 2 === 1 || at === last) {
      hash = await sha256(joined([Uint8Array.of(1), sibling, hash]));
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else hash = await sha256(joined([Uint8Array.of(1), hash, sibling]));
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : null;
}

/** Whether one of the signature lines is of `key`, spelled `name+id+base64`, over the text (Ed25519, RFC 8032). */
async function isSigned(text: string, lines: string, key: string): Promise<boolean> {
  const [name = '', id = '', base64 = ''] = key.split('+').length === 3 ? key.split('+') : splitKey(key);
  const material = fromBase64(base64);
  for (const line of lines.split('\n')) {
    const [dash, signer, data = ''] = line.split(' ');
    const bytes = fromBase64(data);
    if (dash !== '—' || signer !== name || hex(bytes.slice(0, 4)) !== id) continue;
    const algorithm = { name: 'Ed25519' };
    const imported = await crypto.subtle.importKey('raw', material.slice(1), algorithm, false, ['verify']);
    if (await crypto.subtle.verify(algorithm, imported, bytes.slice(4), utf8(text))) return true;
  }
  return false;
}

/** The Base64 at the end of a key may hold plus signs itself. */
function splitKey(key: string): string[] {
  const match = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/.exec(key);
  return match === null ? [] : match.slice(1);
}

function nameOfKey(key: string): string {
  return key.split('+')[0] ?? '';
}

async function readJson<Value>(name: string, read: ReadFile): Promise<Value | null> {
  const bytes = await read(name);
  try {
    return bytes === null ? null : (JSON.parse(new TextDecoder().decode(bytes)) as Value);
  } catch {
    // What is no JSON is told as unreadable by whoever asked.
    return null;
  }
}

function bad(about: string, text: string): Finding {
  return { good: false, about, text };
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    // Nothing that was hashed or signed is empty, so this fails every comparison.
    return new Uint8Array(0);
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
