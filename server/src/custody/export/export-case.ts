import { createHash } from 'node:crypto';
import { caseSummary, exhibitsOfCase, mediaTypeOf, type ExhibitsTable } from '../../cases/index.ts';
import type { Clock, Database } from '../../foundation/index.ts';
import { record, type Actor } from '../../ledger/index.ts';
import type { Vault } from '../../vault/index.ts';
import { custodyOf, findCertificate } from '../custody-record.ts';
import type { CaseExportsTable } from '../tables.ts';
import { caseFile } from './case-file.ts';
import type { EventProofs } from './event-proofs.ts';
import { explainingPage } from './page.ts';
import { sealTo } from './recipient.ts';
import { withoutLinks } from './withheld-links.ts';
import type { PackagedExhibit, PackagedFile, PackageManifest } from './verification.ts';

export interface ExportDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly vault: Vault;
  /** null: the package goes without proofs, and says so. */
  readonly eventProofs: EventProofs | null;
}

/** Takes the files of a package, one after another. */
export interface PackageSink {
  add(name: string, bytes: Uint8Array): Promise<void>;
}

/** What was ordered, and who takes the package. */
interface Leaving {
  readonly ordered: CaseExportsTable;
  readonly by: Actor;
}

export interface WrittenPackage {
  readonly manifestSha256: string;
  readonly manifest: PackageManifest;
}

/**
 * Writes the package of an ordered export; `startPackage` is the way here, which records it first. Pictures and case file are sealed to the recipient (age); what can be read by
 * whoever carries it is the manifest, the custody record with the names of the desk's people, and proofs.
 * Returns the manifest's SHA-256, by which the recipient can make sure that nobody exchanged the package.
 * @throws {CodedError} BW-EXHIBIT-CORRUPT
 */
export async function writePackage(
  deps: ExportDeps,
  { ordered, by }: Leaving,
  sink: PackageSink,
): Promise<WrittenPackage> {
  const files: PackagedFile[] = [];
  const add = async (name: string, bytes: Uint8Array): Promise<string> => {
    files.push({ name, bytes: bytes.length, sha256: sha256Of(bytes) });
    await sink.add(name, bytes);
    return name;
  };
  const { number } = await caseSummary(deps.db, ordered.case_id);
  const exhibits: PackagedExhibit[] = [];
  const signed = (await exhibitsOfCase(deps.db, ordered.case_id)).filter(
    ({ id, destroyed_at: destroyedAt }) => destroyedAt !== null || ordered.exhibits?.includes(id) === true,
  );
  for (const exhibit of signed) exhibits.push(await addExhibit(deps, ordered, exhibit, add));
  const found = await caseFile(deps.db, ordered.case_id);
  const told = ordered.links === 'included' ? found : withoutLinks(found);
  await add('case.json.age', await sealTo(ordered.recipient, json(told)));
  const custody = await Promise.all(
    exhibits.map(async ({ id }) => ({ exhibitId: id, record: await custodyOf(deps.db, id) })),
  );
  await add('custody.json', json({ format: 'breakwater-custody-record/1', exhibits: custody }));
  if (deps.eventProofs !== null) {
    const eventIds = await eventsToProve(deps.db, ordered.case_id, custody);
    const events = await deps.eventProofs.prove(deps.db, eventIds);
    await add('ledger-proofs.json', json({ format: 'breakwater-event-proofs/1', events }));
  }
  const manifest: PackageManifest = {
    format: 'breakwater-case-package/1',
    exportId: ordered.id,
    exportedAt: ordered.ordered_at.toISOString(),
    case: { id: ordered.case_id, number },
    recipient: ordered.recipient,
    why: ordered.why,
    links: ordered.links,
    exhibits,
    files: [...files],
    ledgerKey: deps.eventProofs?.ledgerKey ?? null,
  };
  const spelled = json(manifest);
  await add('manifest.json', spelled);
  await add('README.html', Buffer.from(await explainingPage(manifest, sha256Of(spelled))));
  const sums = files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('');
  await sink.add('SHA256SUMS', Buffer.from(sums));
  const manifestSha256 = sha256Of(spelled);
  await complete(deps, { ordered, by }, manifestSha256);
  return { manifestSha256, manifest };
}

async function addExhibit(
  deps: ExportDeps,
  ordered: CaseExportsTable,
  exhibit: ExhibitsTable,
  add: (name: string, bytes: Uint8Array) => Promise<string>,
): Promise<PackagedExhibit> {
  const about = {
    id: exhibit.id,
    contentSha256: exhibit.sha256,
    contentBytes: exhibit.bytes,
    mediaType: mediaTypeOf(exhibit),
    origin: exhibit.origin,
    sealedAt: exhibit.sealed_at.toISOString(),
  };
  if (exhibit.object_id === null) {
    // Between the erasure of the key and the certificate there is a moment without one.
    const certificate = await findCertificate(deps.db, exhibit.id);
    const file = certificate && (await add(`certificate-${exhibit.id}.json`, json(certificate)));
    return { ...about, file: null, certificate: file };
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of await deps.vault.reseal(deps.db, exhibit.object_id, [ordered.recipient]))
    pieces.push(piece);
  const sealed = Buffer.concat(pieces);
  return { ...about, file: await add(`exhibit-${exhibit.id}.age`, sealed), certificate: null };
}

/** The events of the case and those of its exhibits from before it was one. */
async function eventsToProve(
  db: Database,
  caseId: string,
  custody: readonly { readonly record: readonly { readonly eventId: string }[] }[],
): Promise<string[]> {
  const ofCase = await db
    .selectFrom('events')
    .select('id')
    .where('case_id', '=', caseId)
    .orderBy('inserted')
    .execute();
  return [
    ...new Set([
      ...custody.flatMap(({ record: entries }) => entries.map(({ eventId }) => eventId)),
      ...ofCase.map(({ id }) => id),
    ]),
  ];
}

function complete(deps: ExportDeps, { ordered, by }: Leaving, manifestSha256: string): Promise<void> {
  return deps.db.transaction().execute(async (trx) => {
    const now = deps.clock.now();
    await trx
      .updateTable('case_exports')
      .set({ manifest_sha256: manifestSha256, completed_at: now })
      .where('id', '=', ordered.id)
      .execute();
    await record(trx, {
      type: 'case.export-completed',
      at: now,
      actor: by,
      caseId: ordered.case_id,
      payload: { exportId: ordered.id, manifestSha256 },
    });
  });
}

function json(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
