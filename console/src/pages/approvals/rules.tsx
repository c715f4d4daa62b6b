import { Button, Switch, TextInput } from '@mantine/core';
import type { TwoPersonRule } from '@breakwater/server/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { isApproval, setLoneSignature, setTwoPersonRule, twoPersonRulesQuery } from '../../api/approvals.ts';
import { keys } from '../../api/keys.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { DataTable, Panel } from '../../parts/page.tsx';
import { useMay } from '../../parts/permissions.ts';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { Status } from '../../parts/status.tsx';

/** A rule that somebody is about to change, or the one about acting alone. */
type Changing = TwoPersonRule | 'lone-signature';

/** What needs two people, for everybody to see; whoever may configures it. */
export function Rules() {
  const query = useQuery(twoPersonRulesQuery);
  const mayChange = useMay('approvals.configure');
  const [changing, setChanging] = useState<Changing | null>(null);
  const [waits, setWaits] = useState(false);
  return (
    <Panel
      title="What needs two people"
      note="To ask for more is done at once. To ask for less needs a second signature itself."
    >
      {waits && (
        <Notice tone="attention" announce="status">
          <p>It waits for the signature of somebody else.</p>
        </Notice>
      )}
      <Loaded query={query} what="the rules">
        {({ rules, loneSignature }) => (
          <>
            <DataTable caption="What needs two people">
              <thead>
                <tr>
                  <th scope="col">What</th>
                  <th scope="col">Second signature</th>
                  {mayChange && <th scope="col">Change</th>}
                </tr>
              </thead>
              <tbody>
                {rules.map((rule) => (
                  <tr key={rule.kind}>
                    <th scope="row">{rule.title}</th>
                    <td>
                      <RuleState rule={rule} />
                    </td>
                    {mayChange && (
                      <td>
                        {!rule.fixed && (
                          <Button
                            size="xs"
                            variant="default"
                            onClick={() => setChanging(rule)}
                            aria-label={`Change: ${rule.title}`}
                          >
                            Change…
                          </Button>
                        )}
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </DataTable>
            <p>
              {loneSignature
                ? 'While nobody else could sign, one person acts alone, and each time is recorded as such.'
                : 'Nobody acts alone, also while nobody else could sign.'}{' '}
              {mayChange && (
                <Button size="xs" variant="default" onClick={() => setChanging('lone-signature')}>
                  {loneSignature ? 'Forbid it…' : 'Allow it…'}
                </Button>
              )}
            </p>
            {changing !== null && (
              <Change
                changing={changing}
                loneSignature={loneSignature}
                onDone={(waiting) => {
                  setWaits(waiting);
                  setChanging(null);
                }}
              />
            )}
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function RuleState({ rule: { required, threshold, fixed } }: { rule: TwoPersonRule }) {
  if (!required) return <Status text="Not needed" tone="attention" />;
  return (
    <>
      <Status text="Needed" tone="good" />{' '}
      <span className="quiet">
        {threshold !== null && `from ${threshold + 1} on`}
        {fixed && 'always'}
      </span>
    </>
  );
}

type ChangeProps = { changing: Changing; loneSignature: boolean; onDone: (waiting: boolean) => void };

function Change({ changing, loneSignature, onDone }: ChangeProps) {
  const rule = changing === 'lone-signature' ? null : changing;
  const [required, setRequired] = useState(rule?.required ?? true);
  const [threshold, setThreshold] = useState(String(rule?.threshold ?? ''));
  const queryClient = useQueryClient();
  const mutation = useMutation({
    mutationFn: (reason: string) =>
      rule === null
        ? setLoneSignature(!loneSignature, reason)
        : setTwoPersonRule(
            rule.kind,
            { required, ...(threshold !== '' && { threshold: Number(threshold) }) },
            reason,
          ),
    onSuccess: async (answer) => {
      await queryClient.invalidateQueries({ queryKey: keys.twoPersonRules });
      await queryClient.invalidateQueries({ queryKey: keys.approvals });
      await queryClient.invalidateQueries({ queryKey: keys.workspace });
      onDone(isApproval(answer));
    },
  });
  return (
    <ReasonDialog
      title={rule?.title ?? 'Acting alone'}
      deed={rule === null ? (loneSignature ? 'Forbid it' : 'Allow it') : 'Change the rule'}
      pending={mutation.isPending}
      error={mutation.error}
      onSubmit={(reason) => mutation.mutate(reason)}
      onClose={() => onDone(false)}
    >
      {rule === null ? (
        <p>
          {loneSignature
            ? 'From then on, what needs two people waits until there is a second one.'
            : 'From then on, one person acts alone while nobody else could sign.'}
        </p>
      ) : (
        <>
          <Switch
            label="A second signature is needed"
            checked={required}
            onChange={(event) => setRequired(event.currentTarget.checked)}
          />
          {rule.threshold !== null && required && (
            <TextInput
              label="Up to so many at once need none"
              type="number"
              min={0}
              max={10_000}
              value={threshold}
              onChange={(event) => setThreshold(event.currentTarget.value)}
            />
          )}
        </>
      )}
    </ReasonDialog>
  );
}
