import { Button, Checkbox, Modal, Textarea } from '@mantine/core';
import type { Exhibit } from '@breakwater/server/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { reveal } from '../../api/cases.ts';
import { keys } from '../../api/keys.ts';
import { sessionQuery } from '../../api/session.ts';
import { Problem } from '../../parts/notice.tsx';

type DialogProps = { exhibit: Exhibit | null; name: string; caseId: string; onClose: () => void };

/** Asks why, then shows the full picture until it is hidden. */
export function RevealDialog({ exhibit, name, caseId, onClose }: DialogProps) {
  const [address, setAddress] = useState<string | null>(null);
  // The picture lives only as long as it is on the screen.
  useEffect(() => () => (address === null ? undefined : URL.revokeObjectURL(address)), [address]);
  const close = () => {
    setAddress(null);
    onClose();
  };
  const full = address !== null;
  return (
    <Modal
      opened={exhibit !== null}
      onClose={close}
      title={full ? name : `Reveal ${name}`}
      size={full ? 'xl' : 'md'}
    >
      {exhibit && !full && (
        <Reason
          exhibit={exhibit}
          caseId={caseId}
          onPicture={(bytes) => setAddress(URL.createObjectURL(bytes))}
        />
      )}
      {full && <FullPicture address={address} name={name} kind={exhibit?.kind ?? 'picture'} onHide={close} />}
    </Modal>
  );
}

type ReasonProps = { exhibit: Exhibit; caseId: string; onPicture: (bytes: Blob) => void };

function Reason({ exhibit, caseId, onPicture }: ReasonProps) {
  const [reason, setReason] = useState('');
  const [refused, setRefused] = useState(false);
  const person = useQuery(sessionQuery).data?.person.displayName ?? '';
  const queryClient = useQueryClient();
  const mutation = useMutation({
    mutationFn: () => reveal(exhibit.id, reason.trim()),
    gcTime: 0,
    onSuccess: async (bytes) => {
      onPicture(bytes);
      await queryClient.invalidateQueries({ queryKey: keys.case(caseId) });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const tooShort = reason.trim().length < 3;
    setRefused(tooShort);
    if (!tooShort) mutation.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <p>
        {exhibit.kind === 'video'
          ? 'Stills of the video, in full size, may be distressing. They are some of its frames, not all of it. Revealing them'
          : 'The full picture may be distressing. Revealing it'}{' '}
        is recorded in the ledger under your name, <bdi>{person}</bdi>, with your reason.
      </p>
      <Textarea
        label="Reason for revealing"
        description="Such as: needed to tell whether the policy applies"
        required
        autosize={false}
        rows={2}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        error={refused && 'Give a reason of at least 3 characters.'}
        data-autofocus
      />
      {mutation.isError && <Problem error={mutation.error} />}
      <div className="dialog-buttons">
        <Button type="submit" loading={mutation.isPending}>
          {exhibit.kind === 'video' ? 'Reveal stills' : 'Reveal picture'}
        </Button>
      </div>
    </form>
  );
}

type FullPictureProps = { address: string; name: string; kind: Exhibit['kind']; onHide: () => void };

function FullPicture({ address, name, kind, onHide }: FullPictureProps) {
  const [color, setColor] = useState(false);
  return (
    <div className="full-picture">
      <Button size="lg" fullWidth onClick={onHide} autoFocus>
        Hide
      </Button>
      <Checkbox
        label="Show in color"
        checked={color}
        onChange={(event) => setColor(event.currentTarget.checked)}
      />
      <img
        src={address}
        alt={`${name}, ${kind === 'video' ? 'stills of the video' : 'full picture'}`}
        className={color ? '' : 'gray'}
        draggable={false}
      />
    </div>
  );
}
