import { Button, Modal, Textarea } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Problem } from './notice.tsx';

type WhyDialogProps = {
  opened: boolean;
  title: string;
  /** What the button that goes ahead says: the deed itself. */
  deed: string;
  /** Such as what to write. */
  hint: string;
  pending: boolean;
  error: unknown;
  destructive?: true;
  onSubmit: (why: string) => void;
  onClose: () => void;
  children?: ReactNode;
};

/** Asks for a reason before something is done that is recorded with it. */
export function WhyDialog({ opened, title, onClose, ...form }: WhyDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="lg">
      {opened && <WhyForm onClose={onClose} {...form} />}
    </Modal>
  );
}

function WhyForm(props: Omit<WhyDialogProps, 'opened' | 'title'>) {
  const { deed, hint, pending, error, destructive, onSubmit, onClose, children } = props;
  const [why, setWhy] = useState('');
  const [refused, setRefused] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const tooShort = why.trim().length < 3;
    setRefused(tooShort);
    if (!tooShort) onSubmit(why.trim());
  };
  return (
    <form onSubmit={submit} noValidate>
      {children}
      <Textarea
        label="Reason"
        description={hint}
        required
        autosize={false}
        rows={2}
        maxLength={500}
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
        error={refused && 'Give a reason of at least 3 characters.'}
        data-autofocus
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
  );
}
