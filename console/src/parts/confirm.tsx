import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { Problem } from './notice.tsx';

type ConfirmProps = {
  opened: boolean;
  title: string;
  /** What the button that goes ahead says: the deed itself, not "OK". */
  deed: string;
  pending: boolean;
  error: unknown;
  destructive?: true;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
};

/** Asks before something is done. The focus starts on the way back. */
export function Confirm({
  opened,
  title,
  deed,
  pending,
  error,
  destructive,
  onConfirm,
  onClose,
  children,
}: ConfirmProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="lg">
      {children}
      {error !== null && error !== undefined && <Problem error={error} />}
      <div className="dialog-buttons">
        <Button variant="default" onClick={onClose} data-autofocus>
          Go back
        </Button>
        <Button color={destructive ? 'red.8' : 'harbor'} onClick={onConfirm} loading={pending}>
          {deed}
        </Button>
      </div>
    </Modal>
  );
}
