import { Anchor, Button } from '@mantine/core';
import type { CaseCustody } from '@breakwater/server/contract';
import { certificateAddress } from '../../api/custody.ts';
import { Moment } from '../../parts/moment.tsx';
import { Waits } from '../../parts/second-signature.tsx';
import { Status } from '../../parts/status.tsx';
import type { Phrase } from '../../parts/words.ts';

type OfExhibit = CaseCustody['exhibits'][number];
type ExhibitProps = {
  custody: OfExhibit;
  name: string;
  onRecord: () => void;
  onHold?: () => void;
  onDestroy?: () => void;
};

/** Where one exhibit stands, and what may be done with it. */
export function CustodyExhibit({ custody, name, onRecord, onHold, onDestroy }: ExhibitProps) {
  const { term, due, destruction, awaited } = custody;
  const [reason] = term?.because ?? [];
  const going = destruction !== null && destruction.status !== 'halted';
  const gone = destruction?.status === 'destroyed';
  return (
    <li>
      <p className="custody-head">
        <strong>{name}</strong> <Status {...standing(custody)} />
      </p>
      {!gone && reason !== undefined && (
        <p className="small">
          {term?.preserveUntil != null && (
            <>
              {due ? 'It had to be kept until' : 'Kept until'} <Moment at={term.preserveUntil} />.{' '}
            </>
          )}
          <span className="quiet">{reason.text}</span>
        </p>
      )}
      {destruction !== null && (
        <p className="small">
          {destruction.status === 'halted' ? 'Destruction halted; ordered' : 'Ordered'} by{' '}
          <bdi>{destruction.orderedBy.name}</bdi> <Moment at={destruction.orderedAt} />:{' '}
          <span dir="auto">{destruction.why}</span>
          {destruction.approvedBy !== null && (
            <>
              {' '}
              Signed by <bdi>{destruction.approvedBy.name}</bdi>.
            </>
          )}
        </p>
      )}
      {awaited && <Waits what="Its destruction" />}
      <div className="buttons">
        <Button variant="default" size="xs" onClick={onRecord} aria-label={`Custody record of ${name}`}>
          Custody record
        </Button>
        {onHold && !going && (
          <Button variant="default" size="xs" onClick={onHold} aria-label={`Hold ${name}`}>
            Hold…
          </Button>
        )}
        {onDestroy && due && !awaited && (
          <Button color="red.8" size="xs" onClick={onDestroy} aria-label={`Destroy ${name}`}>
            Destroy…
          </Button>
        )}
        {gone && (
          <Anchor href={certificateAddress(custody.exhibitId)} download size="sm">
            Certificate <span className="visually-hidden">of the destruction of {name}</span>
          </Anchor>
        )}
      </div>
    </li>
  );
}

function standing({ term, held, due, destruction }: OfExhibit): Phrase {
  if (destruction?.status === 'destroyed') return { text: 'Destroyed', tone: 'plain' };
  if (destruction?.status === 'ordered' || destruction?.status === 'erased')
    return { text: 'Being destroyed', tone: 'attention' };
  if (held) return { text: 'Under legal hold', tone: 'danger' };
  if (due) return { text: 'Term has ended', tone: 'attention' };
  return term?.preserveUntil == null
    ? { text: 'Kept, no end yet', tone: 'calm' }
    : { text: 'Kept', tone: 'good' };
}
