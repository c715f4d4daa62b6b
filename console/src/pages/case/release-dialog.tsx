import type { Hold } from '@breakwater/server/contract';
import { releaseHold } from '../../api/custody.ts';
import { WhyDialog } from '../../parts/why-dialog.tsx';
import { useCustodyChange } from './use-custody-change.ts';

type ReleaseProps = { caseId: string; hold: Hold | null; onClose: () => void };

export function ReleaseDialog({ caseId, hold, onClose }: ReleaseProps) {
  const close = () => {
    mutation.reset();
    onClose();
  };
  const mutation = useCustodyChange(caseId, (why: string) => releaseHold(hold?.id ?? '', why), close);
  return (
    <WhyDialog
      opened={hold !== null}
      title="Release the hold"
      deed="Release the hold"
      hint="Why it is needed no more"
      pending={mutation.isPending}
      error={mutation.error}
      onClose={close}
      onSubmit={(why) => mutation.mutate(why)}
    >
      <p>
        What it covered is kept until its terms have ended, and can be destroyed after that. It is recorded
        under your name.
      </p>
    </WhyDialog>
  );
}
