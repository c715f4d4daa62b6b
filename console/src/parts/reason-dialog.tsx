import { Button, Modal, Textarea } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Problem } from './notice.tsx';

type ReasonDialogProps = {
  title: string;
  /** What the button that goes ahead says: the deed itself, not "OK". */
  deed: string;
  pending: boolean;
  error: unknown;
  destructive?: true;
  /** A reason that may be left out. */
  optional?: true;
  label?: string;
  onSubmit: (reason: string) => void;
  onClose: () => void;
  children?: ReactNode;
};

/** Asks why before something is done that others will want to understand. */
export function ReasonDialog({
  title,
  deed,
  pending,
  error,
  destructive,
  optional,
  label = 'Reason',
  onSubmit,
  onClose,
  children,
}: ReasonDialogProps) {
  const [reason, setReason] = useState('');
  const [refused, setRefused] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const short = reason.trim().length < 3 && !(optional && reason.trim() === '');
    setRefused(short);
    if (!short) onSubmit(reason.trim());
  };
  return (
    <Modal opened onClose={onClose} title={title} size="lg">
      <form onSubmit={submit} noValidate>
        {children}
        <Textarea
          label={label}
          required={!optional}
          rows={3}
          maxLength={500}
          dir="auto"
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={refused ? 'Say why, in a few words.' : undefined}
        />
        {error !== null && error !== undefined && <Problem error={error} />}
        <div className="dialog-buttons">
          <Button variant="default" onClick={onClose}>
            Go back
          </Button>
          <Button type="submit" color={destructive ? 'red.8' : 'harbor'} loading={pending}>
            {deed}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
