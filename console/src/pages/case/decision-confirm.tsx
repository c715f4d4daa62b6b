import type { CaseDetail, DecisionInput, Policy } from '@breakwater/server/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { decide } from '../../api/cases.ts';
import { ApiError } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { workspaceQuery } from '../../api/workspace.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { DecisionEffects } from './decision-effects.tsx';
import { forgetDraft } from './decision-draft.ts';

type ConfirmProps = {
  opened: boolean;
  found: CaseDetail;
  policy: Policy;
  decision: DecisionInput;
  onClose: () => void;
};

/** The last look before a decision takes effect. */
export function DecisionConfirm({ opened, found, policy, decision, onClose }: ConfirmProps) {
  const environment = useQuery(workspaceQuery).data?.cyberTipline.environment;
  const queryClient = useQueryClient();
  const mutation = useMutation({
    mutationFn: () => decide(found.id, decision),
    onSuccess: async () => {
      forgetDraft(found.id);
      await queryClient.invalidateQueries({ queryKey: keys.cases });
      await queryClient.invalidateQueries({ queryKey: keys.workspace });
    },
    onError: async (error) => {
      // Someone else has ruled meanwhile: show what they ruled.
      if (error instanceof ApiError && error.status === 409) {
        await queryClient.invalidateQueries({ queryKey: keys.case(found.id) });
      }
    },
  });
  const close = () => {
    mutation.reset();
    onClose();
  };
  return (
    <Confirm
      opened={opened}
      title="Confirm the decision"
      deed={decision.cyberTip ? 'Decide and file the CyberTip' : 'Decide'}
      pending={mutation.isPending}
      error={mutation.error}
      onConfirm={() => mutation.mutate()}
      onClose={close}
    >
      <DecisionEffects found={found} policy={policy} decision={decision} environment={environment} />
      <h3>Rationale</h3>
      <p className="message-text" dir="auto">
        {decision.rationale}
      </p>
    </Confirm>
  );
}
