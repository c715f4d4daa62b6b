import type { ReactNode } from 'react';
import { ApiError } from '../api/client.ts';
import type { Tone } from './words.ts';

type NoticeProps = {
  tone: Tone;
  title?: string;
  children?: ReactNode;
  /** How it is announced: `alert` interrupts, `status` waits, none for what was there from the start. */
  announce?: 'alert' | 'status';
};

export function Notice({ tone, title, children, announce }: NoticeProps) {
  return (
    <div className={`notice notice-${tone}`} role={announce}>
      {title !== undefined && <strong className="notice-title">{title}</strong>}
      {children}
    </div>
  );
}

/** What went wrong: the sentence, the details and the code to look up. */
export function Problem({ error, title }: { error: unknown; title?: string }) {
  const message = error instanceof Error ? error.message : String(error);
  return (
    <Notice tone="danger" announce="alert" {...(title !== undefined && { title })}>
      <p>{message}</p>
      {error instanceof ApiError && <Provenance error={error} />}
    </Notice>
  );
}

function Provenance({ error }: { error: ApiError }) {
  return (
    <>
      {error.details.length > 0 && (
        <ul className="details" aria-label="Details">
          {error.details.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              {path !== '' && <code>{path}</code>} <span dir="auto">{message}</span>
            </li>
          ))}
        </ul>
      )}
      <p className="quiet small">
        <code>{error.code}</code>
        {error.requestId !== null && (
          <>
            {' '}
            · request <code>{error.requestId}</code>
          </>
        )}
      </p>
    </>
  );
}
