import { Button, CopyButton } from '@mantine/core';
import { Notice } from '../../parts/notice.tsx';

type SecretProps = { what: string; secret: string; onDone: () => void };

/** A secret that is shown this once and never stored by the console. */
export function OneTimeSecret({ what, secret, onDone }: SecretProps) {
  return (
    <Notice tone="attention" announce="status" title={`${what}: shown only now`}>
      <p>Copy it to where it belongs. It cannot be shown again.</p>
      <p>
        <code className="secret">{secret}</code>
      </p>
      <div className="buttons">
        <CopyButton value={secret} timeout={4000}>
          {({ copied, copy }) => (
            <Button size="xs" onClick={copy}>
              {copied ? 'Copied' : `Copy the ${what.toLowerCase()}`}
            </Button>
          )}
        </CopyButton>
        <Button size="xs" variant="default" onClick={onDone}>
          I have stored it
        </Button>
      </div>
    </Notice>
  );
}
