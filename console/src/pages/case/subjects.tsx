import { Button } from '@mantine/core';
import type { AccountSubject, CaseDetail } from '@breakwater/server/contract';
import { useState } from 'react';
import { Moment } from '../../parts/moment.tsx';
import { DataTable, Panel } from '../../parts/page.tsx';
import { accountName, exhibitName, groupName } from '../../parts/subject-names.ts';
import { countOf, spell, visibilityWords } from '../../parts/words.ts';

const shownAtFirst = 12;

/** The group as its service sees it, and the accounts in it. */
export function Subjects({ found }: { found: CaseDetail }) {
  return (
    <Panel title="Subjects">
      <GroupFacts found={found} />
      <h3>Accounts</h3>
      <Accounts found={found} />
    </Panel>
  );
}

function GroupFacts({ found }: { found: CaseDetail }) {
  const { group } = found;
  return (
    <dl className="fact-list">
      <dt>Group</dt>
      <dd>
        <bdi>{groupName(group)}</bdi> <code className="quiet">{group.externalId}</code>
      </dd>
      <dt>Former names</dt>
      <dd>
        <FormerNames names={group.formerNames} />
      </dd>
      <dt>Description</dt>
      <dd dir="auto">{group.description ?? <span className="quiet">None</span>}</dd>
      <dt>Picture</dt>
      <dd>
        {group.pictureExhibitId === null ? (
          <span className="quiet">None</span>
        ) : (
          <ExhibitLink found={found} exhibitId={group.pictureExhibitId} />
        )}
      </dd>
      <dt>Visibility</dt>
      <dd>
        {group.visibility === null ? (
          <span className="quiet">Not told</span>
        ) : (
          visibilityWords[group.visibility]
        )}
      </dd>
      <dt>Members</dt>
      <dd>{group.members.toLocaleString('en')}</dd>
    </dl>
  );
}

function FormerNames({ names }: { names: CaseDetail['group']['formerNames'] }) {
  if (names.length === 0) return <span className="quiet">None known</span>;
  const byTime = names.toSorted((one, other) => Date.parse(one.firstSeenAt) - Date.parse(other.firstSeenAt));
  return (
    <ol className="former-names">
      {byTime.map(({ name, firstSeenAt }, index) => {
        const next = byTime[index + 1];
        return (
          <li key={firstSeenAt + name}>
            <bdi>{name}</bdi>{' '}
            <span className="quiet small">
              seen from <Moment at={firstSeenAt} />
              {next && (
                <>
                  {' '}
                  to <Moment at={next.firstSeenAt} />
                </>
              )}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function Accounts({ found }: { found: CaseDetail }) {
  const [all, setAll] = useState(false);
  if (found.accounts.length === 0) return <p className="quiet">The service named no account.</p>;
  const shown = all ? found.accounts : found.accounts.slice(0, shownAtFirst);
  return (
    <>
      <DataTable caption="Accounts of the case">
        <thead>
          <tr>
            <th scope="col">Account</th>
            <th scope="col">Role</th>
            <th scope="col">Joined</th>
            <th scope="col">Part in the case</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((account) => (
            <tr key={account.id}>
              <th scope="row">
                <bdi>{accountName(account)}</bdi>
                <div className="quiet small">
                  <bdi>{account.handle ?? ''}</bdi> <code>{account.externalId}</code>
                </div>
              </th>
              <td>
                {account.membership ? (
                  spell(account.membership.role)
                ) : (
                  <span className="quiet">Not a member</span>
                )}
              </td>
              <td className="nowrap">
                <Membership of={account} />
              </td>
              <td>
                <Part of={account} />
                {account.pictureExhibitId !== null && (
                  <div className="small">
                    Picture: <ExhibitLink found={found} exhibitId={account.pictureExhibitId} />
                  </div>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </DataTable>
      {shown.length < found.accounts.length && (
        <Button variant="default" size="xs" onClick={() => setAll(true)}>
          Show all {countOf(found.accounts.length, 'account')}
        </Button>
      )}
    </>
  );
}

function Membership({ of: { membership } }: { of: AccountSubject }) {
  if (!membership?.joinedAt) return <span className="quiet">Not told</span>;
  return (
    <>
      <Moment at={membership.joinedAt} />
      {membership.leftAt !== null && (
        <div className="quiet small">
          left <Moment at={membership.leftAt} />
        </div>
      )}
    </>
  );
}

function Part({ of: { sentReportedMessage, reporter } }: { of: AccountSubject }) {
  if (reporter) return <span>Reporter: protected</span>;
  if (sentReportedMessage) return <strong>Sent the reported message</strong>;
  return <span className="quiet">Sent no reported message</span>;
}

function ExhibitLink({ found, exhibitId }: { found: CaseDetail; exhibitId: string }) {
  return <a href={`#exhibit-${exhibitId}`}>{exhibitName(found, exhibitId)}</a>;
}
