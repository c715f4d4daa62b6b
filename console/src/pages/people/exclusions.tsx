import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { exclusionsQuery, liftExclusion } from '../../api/people.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Problem } from '../../parts/notice.tsx';
import { DataTable, Panel } from '../../parts/page.tsx';
import { spell } from '../../parts/words.ts';

/** Who is kept from what for a conflict of interest; one's own are not among them. */
export function Exclusions() {
  const query = useQuery(exclusionsQuery);
  const queryClient = useQueryClient();
  const lifting = useMutation({
    mutationFn: liftExclusion,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.exclusions }),
  });
  return (
    <Panel
      title="Exclusions"
      note="To somebody with a conflict of interest, the cases in question do not exist. People are excluded from the page of a case."
    >
      {lifting.isError && <Problem error={lifting.error} title="The exclusion was not lifted" />}
      <Loaded query={query} what="the exclusions">
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">None.</p>
          ) : (
            <DataTable caption="Exclusions">
              <thead>
                <tr>
                  <th scope="col">Person</th>
                  <th scope="col">From</th>
                  <th scope="col">Reason</th>
                  <th scope="col">Set</th>
                  <th scope="col">Change</th>
                </tr>
              </thead>
              <tbody>
                {items.map(({ id, person, target, reason, setBy, setAt }) => (
                  <tr key={id}>
                    <th scope="row">
                      <bdi>{person.displayName}</bdi>
                    </th>
                    <td>
                      {target.kind !== 'case' && `${spell(target.kind)} `}
                      <bdi>{target.label}</bdi>
                    </td>
                    <td className="wide" dir="auto">
                      {reason}
                    </td>
                    <td>
                      by <bdi>{setBy}</bdi> <Moment at={setAt} />
                    </td>
                    <td>
                      <Button
                        size="xs"
                        variant="default"
                        loading={lifting.isPending && lifting.variables === id}
                        onClick={() => lifting.mutate(id)}
                        aria-label={`Lift the exclusion of ${person.displayName} from ${target.label}`}
                      >
                        Lift
                      </Button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </DataTable>
          )
        }
      </Loaded>
    </Panel>
  );
}
