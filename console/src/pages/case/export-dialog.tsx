import { Checkbox, TextInput } from '@mantine/core';
import type { CaseDetail } from '@breakwater/server/contract';
import { useState } from 'react';
import { isApproval } from '../../api/approvals.ts';
import { orderExport } from '../../api/custody.ts';
import { SecondSignature } from '../../parts/second-signature.tsx';
import { WhyDialog } from '../../parts/why-dialog.tsx';
import { fetchAndSave } from './exports.tsx';
import { useCustodyChange } from './use-custody-change.ts';

type ExportProps = { found: CaseDetail; opened: boolean; onClose: () => void };

export function ExportDialog({ found, opened, onClose }: ExportProps) {
  const [recipient, setRecipient] = useState('');
  const [links, setLinks] = useState(false);
  const close = () => {
    mutation.reset();
    onClose();
  };
  const mutation = useCustodyChange(
    found.id,
    async (why: string) => {
      const answer = await orderExport(found.id, {
        recipient: recipient.trim(),
        why,
        links: links ? 'included' : 'withheld',
      });
      if (!isApproval(answer)) await fetchAndSave(answer.id, found.number);
    },
    close,
  );
  return (
    <WhyDialog
      opened={opened}
      title={`Export case ${found.number}`}
      deed="Export"
      hint="Who asked for it, and under which number"
      pending={mutation.isPending}
      error={mutation.error}
      onClose={close}
      onSubmit={(why) => mutation.mutate(why)}
    >
      <p>
        A package for the police or a court: pictures and case file sealed to the recipient’s key, the custody
        record, and a page that explains and verifies it. Every exhibit’s export is recorded under your name.
      </p>
      <SecondSignature />
      <TextInput
        label="Recipient’s age public key"
        description="It begins with age1. Make sure by another way that it is theirs."
        required
        value={recipient}
        onChange={(event) => setRecipient(event.currentTarget.value)}
        spellCheck={false}
        autoComplete="off"
      />
      <Checkbox
        label="Include the links in texts: the recipient is to act on them"
        checked={links}
        onChange={(event) => setLinks(event.currentTarget.checked)}
      />
    </WhyDialog>
  );
}
