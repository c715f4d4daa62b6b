import { Button, CopyButton } from '@mantine/core';
import { Notice } from '../../parts/notice.tsx';

/** Codes that are shown this once and never stored by the console. */
export function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  return (
    <Notice tone="attention" announce="status" title="Your recovery codes: shown only now">
      <p>
        Each of them lets you in once when you have lost everything else. Print them, or write them down, and
        keep them where you keep your passport.
      </p>
      <ul className="recovery-codes" aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className="buttons">
        <CopyButton value={codes.join('\n')} timeout={4000}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy all'}
            </Button>
          )}
        </CopyButton>
      </div>
    </Notice>
  );
}
