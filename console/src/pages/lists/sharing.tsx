import { Button } from '@mantine/core';
import type { HashList } from '@breakwater/server/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { isApproval } from '../../api/approvals.ts';
import { shareHashList } from '../../api/hash-lists.ts';
import { keys } from '../../api/keys.ts';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';

/** Marks a list as shared with others, or ends it; either is signed by two. */
export function Sharing({ list }: { list: HashList }) {
  const [open, setOpen] = useState(false);
  const queryClient = useQueryClient();
  const mutation = useMutation({
    mutationFn: (reason: string) => shareHashList(list.slug, !list.shared, reason),
    onSuccess: async () => {
      setOpen(false);
      await queryClient.invalidateQueries({ queryKey: keys.hashLists });
      await queryClient.invalidateQueries({ queryKey: keys.approvals });
    },
  });
  return (
    <>
      <Button
        variant="default"
        size="xs"
        aria-label={`${list.shared ? 'Share no more' : 'Share'}: ${list.name}`}
        onClick={() => setOpen(true)}
      >
        {list.shared ? 'Share no more…' : 'Share…'}
      </Button>
      {mutation.isSuccess && isApproval(mutation.data) && (
        <div className="small" role="status">
          Waits for a second signature
        </div>
      )}
      {open && (
        <ReasonDialog
          title={list.shared ? `Share ${list.name} no more?` : `Share ${list.name}?`}
          deed={list.shared ? 'Share it no more' : 'Share it'}
          pending={mutation.isPending}
          error={mutation.error}
          onSubmit={(reason) => mutation.mutate(reason)}
          onClose={() => setOpen(false)}
        >
          <p>
            {list.shared
              ? 'What is added from then on needs one person only.'
              : 'Others act on a shared list unseen: what comes onto it from then on needs two people.'}
          </p>
        </ReasonDialog>
      )}
    </>
  );
}
