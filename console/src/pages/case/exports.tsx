import { Button } from '@mantine/core';
import type { CaseCustody, CaseExport } from '@breakwater/server/contract';
import { fetchPackage } from '../../api/custody.ts';
import { Moment } from '../../parts/moment.tsx';
import { Problem } from '../../parts/notice.tsx';
import { Waits } from '../../parts/second-signature.tsx';
import { useCustodyChange } from './use-custody-change.ts';

type ExportsProps = { custody: CaseCustody; caseId: string; caseNumber: number };

/** What was ordered to leave the house, and its package for whoever ordered it. */
export function Exports({ custody, caseId, caseNumber }: ExportsProps) {
  if (custody.exports.length === 0 && !custody.exportAwaited) return null;
  return (
    <>
      <h3>Exports</h3>
      {custody.exportAwaited && <Waits what="An export of this case" />}
      <ul className="custody-list">
        {custody.exports.map((exported) => (
          <li key={exported.id}>
            <p className="small">
              By <bdi>{exported.orderedBy.name}</bdi> <Moment at={exported.orderedAt} />:{' '}
              <span dir="auto">{exported.why}</span>
              {exported.approvedBy !== null && (
                <>
                  {' '}
                  Signed by <bdi>{exported.approvedBy.name}</bdi>.
                </>
              )}
            </p>
            <p className="small quiet">
              Export <code>{exported.id}</code>, sealed to <code>{exported.recipient}</code>
            </p>
            <p className="small quiet">
              {exported.manifestSha256 === null ? (
                'No package of it was completed.'
              ) : (
                <>
                  SHA-256 of its manifest: <code>{exported.manifestSha256}</code>
                </>
              )}
            </p>
            {exported.fetchUntil !== null && (
              <Fetch
                exported={exported}
                caseId={caseId}
                caseNumber={caseNumber}
                until={exported.fetchUntil}
              />
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

type FetchProps = { exported: CaseExport; caseId: string; caseNumber: number; until: string };

function Fetch({ exported, caseId, caseNumber, until }: FetchProps) {
  const mutation = useCustodyChange(
    caseId,
    () => fetchAndSave(exported.id, caseNumber),
    () => {},
  );
  return (
    <>
      <div className="buttons">
        <Button
          variant="default"
          size="xs"
          loading={mutation.isPending}
          onClick={() => mutation.mutate(undefined)}
          aria-label={`Fetch the package: ${exported.why}`}
        >
          Fetch the package
        </Button>
        <span className="small quiet">
          until <Moment at={until} />; each time is recorded
        </span>
      </div>
      {mutation.error && <Problem error={mutation.error} />}
    </>
  );
}

/** Fetches the package of an export and hands it to the browser as a file. */
export async function fetchAndSave(exportId: string, caseNumber: number): Promise<void> {
  save(await fetchPackage(exportId), `case-${caseNumber}.zip`);
}

function save(bytes: Blob, name: string): void {
  const address = URL.createObjectURL(bytes);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken the bytes over once the click was handled.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
