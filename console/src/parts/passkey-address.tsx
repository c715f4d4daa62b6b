import type { WaysToSignIn } from '@breakwater/server/contract';
import type { ReactNode } from 'react';
import { Notice } from './notice.tsx';

/** Its children where passkeys work; else why they do not, and where they do. */
export function PasskeyAddress({ ways, children }: { ways: WaysToSignIn; children: ReactNode }) {
  if (!ways.passkeys)
    return (
      <Notice tone="attention" title="No passkeys at this address">
        <p>
          Browsers make passkeys for a name with https, or for <code>localhost</code>, and not for a numeric
          address. Whoever looks after Breakwater can set <code>BREAKWATER_PUBLIC_URL</code>.
        </p>
      </Notice>
    );
  if (location.origin !== new URL(ways.address).origin)
    return (
      <Notice tone="attention" title="No passkeys at this address">
        <p>
          They work at <a href={ways.address}>{ways.address}</a>.
        </p>
      </Notice>
    );
  return children;
}
