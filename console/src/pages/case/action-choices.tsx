import { Button, Checkbox } from '@mantine/core';
import type {
  AccountSubject,
  ActionInput,
  ActionKind,
  CaseDetail,
  Policy,
} from '@breakwater/server/contract';
import { useState } from 'react';
import { accountName, exhibitName, groupName } from '../../parts/subject-names.ts';
import { actionVerbs, countOf } from '../../parts/words.ts';
import { isChosen, toggled } from './decision-draft.ts';

type ChoicesProps = {
  found: CaseDetail;
  policy: Policy;
  actions: readonly ActionInput[];
  onChange: (actions: ActionInput[]) => void;
};

const shownAtFirst = 8;

/** The actions that the policy permits, as a checkbox for each subject. */
export function ActionChoices({ found, policy, actions, onChange }: ChoicesProps) {
  const permitted = (kinds: readonly ActionKind[]) => kinds.filter((kind) => policy.actions.includes(kind));
  const onGroup = permitted(['restrict-group', 'remove-group']);
  const onAccounts = permitted(['suspend-account', 'ban-account']);
  const onMedia = permitted(['quarantine-media']);
  if (policy.actions.length === 0) return <p className="quiet">This policy calls for no action.</p>;

  const box = (wanted: ActionInput, name: string, label?: string) => (
    <Checkbox
      key={wanted.kind + wanted.target.id}
      size="xs"
      checked={isChosen(actions, wanted)}
      onChange={() => onChange(toggled(actions, wanted))}
      {...(label === undefined ? { 'aria-label': name } : { label })}
    />
  );

  return (
    <fieldset className="actions">
      <legend>Actions</legend>
      {onGroup.length > 0 && (
        <fieldset>
          <legend>
            Group <bdi>{groupName(found.group)}</bdi>
          </legend>
          {onGroup.map((kind) => {
            const label = `${actionVerbs[kind]} the group`;
            return box({ kind, target: { kind: 'group', id: found.group.id } }, label, label);
          })}
        </fieldset>
      )}
      {onAccounts.length > 0 && found.accounts.length > 0 && (
        <AccountChoices accounts={found.accounts} kinds={onAccounts} box={box} />
      )}
      {onMedia.length > 0 && found.exhibitList.length > 0 && (
        <fieldset>
          <legend>Media</legend>
          {found.exhibitList.map(({ id, verdict }) => {
            const label = `Quarantine ${exhibitName(found, id)}${verdict === 'match' ? ' (known match)' : ''}`;
            return box({ kind: 'quarantine-media', target: { kind: 'exhibit', id } }, label, label);
          })}
        </fieldset>
      )}
    </fieldset>
  );
}

type AccountChoicesProps = {
  accounts: AccountSubject[];
  kinds: ActionKind[];
  box: (wanted: ActionInput, name: string) => React.ReactNode;
};

function AccountChoices({ accounts, kinds, box }: AccountChoicesProps) {
  const [all, setAll] = useState(false);
  const ordered = accounts.toSorted((one, other) => weight(other) - weight(one));
  const shown = all ? ordered : ordered.slice(0, shownAtFirst);
  return (
    <fieldset>
      <legend>Accounts</legend>
      <p className="quiet small">
        Having been in the group is no ground by itself: choose by what an account did.
      </p>
      <table className="plain-table">
        <caption className="visually-hidden">Actions on accounts</caption>
        <thead>
          <tr>
            <th scope="col">Account</th>
            {kinds.map((kind) => (
              <th scope="col" key={kind} className="tick">
                {actionVerbs[kind]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((account) => (
            <tr key={account.id}>
              <th scope="row">
                <bdi>{accountName(account)}</bdi>
                <div className="quiet small">{standing(account)}</div>
              </th>
              {kinds.map((kind) => (
                <td key={kind} className="tick">
                  {account.reporter ? (
                    <Checkbox
                      size="xs"
                      disabled
                      aria-label={`${actionVerbs[kind]} ${accountName(account)}: not possible, the reporter is protected`}
                    />
                  ) : (
                    box(
                      { kind, target: { kind: 'account', id: account.id } },
                      `${actionVerbs[kind]} ${accountName(account)}`,
                    )
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < accounts.length && (
        <Button variant="default" size="xs" onClick={() => setAll(true)}>
          Show all {countOf(accounts.length, 'account')}
        </Button>
      )}
    </fieldset>
  );
}

/** Who is likelier to be acted on comes first; the reporter stands before plain members, to be seen as protected. */
function weight({ sentReportedMessage, membership, reporter }: AccountSubject): number {
  if (reporter) return 0.5;
  const byRole = { owner: 2, admin: 1, member: 0 };
  return (sentReportedMessage ? 4 : 0) + (membership ? byRole[membership.role] : 0);
}

function standing({ reporter, sentReportedMessage, membership }: AccountSubject): string {
  if (reporter) return 'Reporter: protected from actions';
  const role = membership?.role ?? 'not a member';
  return sentReportedMessage ? `${role}, sent the reported message` : role;
}
