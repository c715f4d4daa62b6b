import type { CDPSession, Page } from 'playwright-core';

/** A security key that Chromium plays: it holds passkeys, and its person is always there and says yes. */
export interface VirtualAuthenticator {
  readonly session: CDPSession;
  readonly id: string;
  /** How many passkeys it holds. */
  count(): Promise<number>;
  /** Sets the counter of every passkey, such as back to where it began, as on a copy. */
  setCounters(count: number): Promise<void>;
}

export async function plugIn(page: Page): Promise<VirtualAuthenticator> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const all = async () => (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
  return {
    session,
    id: authenticatorId,
    count: async () => (await all()).length,
    setCounters: async (signCount) => {
      for (const credential of await all()) {
        const { credentialId } = credential;
        await session.send('WebAuthn.removeCredential', { authenticatorId, credentialId });
        await session.send('WebAuthn.addCredential', {
          authenticatorId,
          credential: { ...credential, signCount },
        });
      }
    },
  };
}
