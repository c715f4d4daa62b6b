import { useMutation, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';

/** Does something to the custody of a case, and reads the case again; also when it was refused, as then it has changed. */
export function useCustodyChange<Input, Answer>(
  caseId: string,
  change: (input: Input) => Promise<Answer>,
  onDone: (answer: Answer) => void,
) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    gcTime: 0,
    onSuccess: onDone,
    onSettled: async () => {
      await queryClient.invalidateQueries({ queryKey: keys.case(caseId) });
      await queryClient.invalidateQueries({ queryKey: keys.approvals });
    },
  });
}
