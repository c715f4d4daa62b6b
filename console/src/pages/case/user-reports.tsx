import type { CaseDetail, CaseUserReport } from '@breakwater/server/contract';
import { useId, useState } from 'react';
import { Moment } from '../../parts/moment.tsx';
import { Panel } from '../../parts/page.tsx';
import { accountName, exhibitName } from '../../parts/subject-names.ts';
import { authenticityWords, harmWords, visibilityWords } from '../../parts/words.ts';

/** Longer texts are folded; they may run to 20,000 characters. */
const foldedLength = 400;

/**
 * What users reported. Texts are shown at once, small: looking as little as possible is first of all about
 * pictures, and most decisions that need no picture are made from the words.
 */
export function UserReports({ found }: { found: CaseDetail }) {
  return (
    <Panel title="User reports">
      {found.userReportList.map((report) => (
        <article key={report.id} className="user-report">
          <h3>
            {harmWords[report.reason]} <span className="quiet">reported</span>{' '}
            <Moment at={report.receivedAt} />
          </h3>
          <p className="facts small">
            <span>{reporterOf(found, report)}</span>
            <span>{visibilityWords[report.contentVisibility]} content</span>
            <span>{authenticityWords[report.authenticity]}</span>
          </p>
          {report.comment !== null && (
            <blockquote dir="auto" aria-label="The reporter's own words">
              <Text text={report.comment} />
            </blockquote>
          )}
          <Messages found={found} report={report} />
        </article>
      ))}
    </Panel>
  );
}

function reporterOf(found: CaseDetail, { reporterId }: CaseUserReport) {
  const account = found.accounts.find(({ id }) => id === reporterId);
  if (!account) return 'Anonymous reporter';
  return (
    <>
      Reporter: <bdi>{accountName(account)}</bdi>
    </>
  );
}

function Messages({ found, report }: { found: CaseDetail; report: CaseUserReport }) {
  if (report.messages.length === 0)
    return <p className="quiet small">The group was reported, no message of it.</p>;
  return (
    <ol className="messages" aria-label="Messages">
      {report.messages.map((message) => {
        const sender = found.accounts.find(({ id }) => id === message.senderId);
        return (
          <li key={message.id} className={message.reported ? 'message message-reported' : 'message'}>
            <p className="message-head">
              <bdi>{sender ? accountName(sender) : 'Unknown account'}</bdi>
              <span className="quiet">
                <Moment at={message.sentAt} />
              </span>
              {message.reported ? <strong>Reported message</strong> : <span className="quiet">Context</span>}
            </p>
            {message.text !== null && <Text text={message.text} />}
            {message.exhibitIds.length > 0 && (
              <p className="small">
                Attached:{' '}
                {message.exhibitIds.map((id, index) => (
                  <span key={id}>
                    {index > 0 && ', '}
                    <a href={`#exhibit-${id}`}>{exhibitName(found, id)}</a>
                  </span>
                ))}
              </p>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function Text({ text }: { text: string }) {
  const id = useId();
  const [whole, setWhole] = useState(false);
  const long = text.length > foldedLength;
  return (
    <>
      <p className="message-text" dir="auto" id={id}>
        {long && !whole ? `${text.slice(0, foldedLength)}…` : text}
      </p>
      {long && (
        <button
          type="button"
          className="text-button small"
          aria-expanded={whole}
          aria-controls={id}
          onClick={() => setWhole(!whole)}
        >
          {whole ? 'Show less' : `Show all ${text.length.toLocaleString('en')} characters`}
        </button>
      )}
    </>
  );
}
