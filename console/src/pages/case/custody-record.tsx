import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { custodyRecordQuery } from '../../api/custody.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';

type RecordProps = { caseId: string; exhibitId: string | null; name: string; onClose: () => void };

/** Everything that ever happened to an exhibit, oldest first. */
export function CustodyRecord({ caseId, exhibitId, name, onClose }: RecordProps) {
  return (
    <Modal opened={exhibitId !== null} onClose={onClose} title={`Custody record of ${name}`} size="lg">
      {exhibitId !== null && <Entries caseId={caseId} exhibitId={exhibitId} />}
    </Modal>
  );
}

function Entries({ caseId, exhibitId }: { caseId: string; exhibitId: string }) {
  const query = useQuery(custodyRecordQuery(caseId, exhibitId));
  return (
    <Loaded query={query} what="the custody record">
      {({ items }) => (
        <>
          <p className="small">
            SHA-256 of the content: <code className="hash">{items[0]?.sha256}</code>
          </p>
          <ol className="timeline">
            {items.map(({ eventId, at, actor, summary, type }) => (
              <li key={eventId}>
                <span dir="auto">{summary}</span>
                <span className="quiet small">
                  <Moment at={at} /> · <bdi>{actor.name}</bdi> · <code>{type}</code>
                </span>
              </li>
            ))}
          </ol>
        </>
      )}
    </Loaded>
  );
}
