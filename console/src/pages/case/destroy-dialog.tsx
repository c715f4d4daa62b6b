import { orderDestruction } from '../../api/custody.ts';
import { SecondSignature } from '../../parts/second-signature.tsx';
import { WhyDialog } from '../../parts/why-dialog.tsx';
import { useCustodyChange } from './use-custody-change.ts';

type DestroyProps = { caseId: string; exhibitId: string | null; name: string; onClose: () => void };

export function DestroyDialog({ caseId, exhibitId, name, onClose }: DestroyProps) {
  const close = () => {
    mutation.reset();
    onClose();
  };
  const mutation = useCustodyChange(
    caseId,
    (why: string) => orderDestruction(exhibitId ?? '', { ground: 'term-ended', why }),
    close,
  );
  return (
    <WhyDialog
      opened={exhibitId !== null}
      title={`Destroy ${name}`}
      deed="Destroy it for good"
      hint="Such as: its term has ended and nobody needs it"
      destructive
      pending={mutation.isPending}
      error={mutation.error}
      onClose={close}
      onSubmit={(why) => mutation.mutate(why)}
    >
      <SecondSignature />
      <p>
        The key and the sealed picture are erased, and nobody can bring them back. What stays is the record
        with its hashes, and a certificate with the names of both of you on it.
      </p>
    </WhyDialog>
  );
}
