import { Button } from '@mantine/core';
import type { CaseCustody, CaseDetail, Hold } from '@breakwater/server/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { custodyQuery } from '../../api/custody.ts';
import { keys } from '../../api/keys.ts';
import { sessionQuery } from '../../api/session.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Panel } from '../../parts/page.tsx';
import { exhibitName } from '../../parts/subject-names.ts';
import { CustodyExhibit } from './custody-exhibit.tsx';
import { CustodyRecord } from './custody-record.tsx';
import { DestroyDialog } from './destroy-dialog.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { Exports } from './exports.tsx';
import { HoldDialog } from './hold-dialog.tsx';
import { ReleaseDialog } from './release-dialog.tsx';

/** What is asked for in a dialog of this panel. */
type Asked =
  | { what: 'record' | 'destroy'; exhibitId: string }
  | { what: 'hold'; on: 'case' | 'exhibit'; id: string; name: string }
  | { what: 'release'; hold: Hold }
  | { what: 'export' }
  | null;

/** What must be kept and until when, and what a person may do about it. */
export function Custody({ found }: { found: CaseDetail }) {
  const query = useQuery(custodyQuery(found.id));
  const permissions = useQuery(sessionQuery).data?.permissions ?? [];
  const [asked, setAsked] = useState<Asked>(null);
  const close = () => setAsked(null);
  useFreshCase(found, query.data);
  const may = (permission: string) => permissions.includes(permission);
  return (
    <Panel
      title="Custody"
      note="What must be kept, until when, and why. Nothing is destroyed by the machine alone, and nothing that is held by anybody."
    >
      <Loaded query={query} what="the custody record">
        {(custody) => (
          <>
            <ul className="custody-list">
              {custody.exhibits.map((one) => (
                <CustodyExhibit
                  key={one.exhibitId}
                  custody={one}
                  name={exhibitName(found, one.exhibitId)}
                  onRecord={() => setAsked({ what: 'record', exhibitId: one.exhibitId })}
                  {...(may('exhibits.hold') && {
                    onHold: () =>
                      setAsked({
                        what: 'hold',
                        on: 'exhibit',
                        id: one.exhibitId,
                        name: exhibitName(found, one.exhibitId),
                      }),
                  })}
                  {...(may('exhibits.destroy') && {
                    onDestroy: () => setAsked({ what: 'destroy', exhibitId: one.exhibitId }),
                  })}
                />
              ))}
            </ul>
            <Holds
              custody={custody}
              mayRelease={may('exhibits.hold')}
              onRelease={(hold) => setAsked({ what: 'release', hold })}
            />
            <Exports custody={custody} caseId={found.id} caseNumber={found.number} />
            <div className="buttons">
              {may('exhibits.hold') && (
                <Button
                  variant="default"
                  onClick={() => setAsked({ what: 'hold', on: 'case', id: found.id, name: 'the case' })}
                >
                  Hold the case…
                </Button>
              )}
              {may('cases.export') && !custody.exportAwaited && (
                <Button variant="default" onClick={() => setAsked({ what: 'export' })}>
                  Export the case…
                </Button>
              )}
            </div>
            <HoldDialog
              caseId={found.id}
              grounds={custody.grounds}
              on={asked?.what === 'hold' ? asked : null}
              onClose={close}
            />
          </>
        )}
      </Loaded>
      <CustodyRecord
        caseId={found.id}
        exhibitId={asked?.what === 'record' ? asked.exhibitId : null}
        name={asked?.what === 'record' ? exhibitName(found, asked.exhibitId) : ''}
        onClose={close}
      />
      <DestroyDialog
        caseId={found.id}
        exhibitId={asked?.what === 'destroy' ? asked.exhibitId : null}
        name={asked?.what === 'destroy' ? exhibitName(found, asked.exhibitId) : ''}
        onClose={close}
      />
      <ReleaseDialog caseId={found.id} hold={asked?.what === 'release' ? asked.hold : null} onClose={close} />
      <ExportDialog found={found} opened={asked?.what === 'export'} onClose={close} />
    </Panel>
  );
}

/** Reads the case again once an exhibit of it is gone, so that nothing of it stays on the screen. */
function useFreshCase(found: CaseDetail, custody: CaseCustody | undefined): void {
  const queryClient = useQueryClient();
  const gone = custody?.exhibits.filter(({ destruction }) =>
    ['erased', 'destroyed'].includes(destruction?.status ?? ''),
  );
  const stale = gone?.some(({ exhibitId }) =>
    found.exhibitList.some(({ id, destroyedAt }) => id === exhibitId && destroyedAt === null),
  );
  useEffect(() => {
    if (stale === true) void queryClient.invalidateQueries({ queryKey: keys.case(found.id) });
  }, [stale, found.id, queryClient]);
}

type HoldsProps = { custody: CaseCustody; mayRelease: boolean; onRelease: (hold: Hold) => void };

function Holds({ custody, mayRelease, onRelease }: HoldsProps) {
  if (custody.holds.length === 0) return null;
  return (
    <>
      <h3>Legal holds</h3>
      <ul className="custody-list">
        {custody.holds.map((hold) => (
          <li key={hold.id}>
            <p>
              <strong>{hold.on.kind === 'case' ? 'The case' : 'One exhibit'}</strong>: {hold.groundTitle}
              {hold.reference !== null && (
                <>
                  {' · '}
                  <bdi>{hold.reference}</bdi>
                </>
              )}
            </p>
            <p className="small quiet" dir="auto">
              {hold.why}
            </p>
            <p className="small">
              Placed by <bdi>{hold.placedBy.name}</bdi> <Moment at={hold.placedAt} />
              {hold.released === null && hold.renewBy !== null && (
                <>
                  {' · renew '}
                  <Moment at={hold.renewBy} />
                </>
              )}
            </p>
            {hold.released !== null && (
              <p className="small">
                Released by <bdi>{hold.released.by.name}</bdi> <Moment at={hold.released.at} />:{' '}
                <span dir="auto">{hold.released.why}</span>
              </p>
            )}
            {hold.released === null && mayRelease && (
              <div className="buttons">
                <Button
                  variant="default"
                  size="xs"
                  onClick={() => onRelease(hold)}
                  aria-label={`Release the hold: ${hold.groundTitle}`}
                >
                  Release…
                </Button>
              </div>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
