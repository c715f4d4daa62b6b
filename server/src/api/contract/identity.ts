/** How people get in: ways to sign in, and the account of whoever is signed in. */
import { z } from 'zod';
import { id, personRef } from './shapes.ts';

const longText = z.string().max(20_000);
const base64url = longText.regex(/^[\w-]*$/, 'Use base64url.');

/** What a browser makes of a passkey; the server checks what is in it. */
const credential = {
  id: base64url.min(1),
  rawId: base64url.min(1),
  type: z.literal('public-key'),
  clientExtensionResults: z.record(z.string(), z.unknown()),
  authenticatorAttachment: z.string().max(50).optional(),
};

export const passkeyRegistrationResponse = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(50)).max(20).optional(),
  }),
});

export const passkeyAnswer = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.optional(),
  }),
});

/** Passed on to the browser as it is. */
export const passkeyOptions = z.record(z.string(), z.unknown()).meta({ id: 'PasskeyOptions' });

export const passkeySignInInput = z.strictObject({ response: passkeyAnswer }).meta({ id: 'PasskeySignIn' });

const password = z.string().min(1).max(1000);
const authenticatorCode = z
  .string()
  .max(20)
  .transform((code) => code.replaceAll(/\s/g, ''))
  .pipe(z.string().regex(/^\d{6}$/, 'The code has six digits.'));
const signInName = z.string().trim().min(1).max(200);

export const passwordSignInInput = z
  .strictObject({ name: signInName, password, code: authenticatorCode })
  .meta({ id: 'PasswordSignIn' });

export const recoveryCodeInput = z
  .strictObject({ code: z.string().min(1).max(100) })
  .meta({ id: 'RecoveryCodeSignIn' });

export const waysToSignIn = z
  .object({
    passkeys: z.boolean().describe('Whether browsers make passkeys at the address of this desk.'),
    address: z.string().describe('The address of this desk.'),
    identityProvider: z.object({ name: z.string() }).nullable(),
  })
  .meta({ id: 'WaysToSignIn' });

export const passwordStepUpInput = z
  .strictObject({ password, code: authenticatorCode })
  .meta({ id: 'PasswordStepUp' });

export const passkeyInput = z
  .strictObject({ name: z.string().trim().min(1).max(100), response: passkeyRegistrationResponse })
  .meta({ id: 'PasskeyRequest' });

export const passwordInput = z
  .strictObject({ name: signInName, password, code: authenticatorCode })
  .meta({ id: 'PasswordRequest' });

export const authenticatorAnswer = z
  .object({ secret: z.string(), uri: z.string().describe('What an authenticator app reads as a QR code.') })
  .meta({ id: 'AuthenticatorAnswer' });

export const recoveryCodes = z
  .object({ recoveryCodes: z.array(z.string()).nullable().describe('Shown this once; null when unchanged.') })
  .meta({ id: 'RecoveryCodes' });

export const account = z
  .object({
    person: personRef,
    passkeys: z.array(
      z.object({
        id,
        name: z.string(),
        relyingParty: z.string().describe('Host name at which it works.'),
        synced: z.boolean(),
        createdAt: z.string(),
        lastUsedAt: z.string().nullable(),
      }),
    ),
    password: z.object({ name: z.string(), changedAt: z.string() }).nullable(),
    recoveryCodesLeft: z.number().int(),
    sessions: z.array(
      z.object({
        id,
        method: z.string(),
        browser: z.string(),
        openedAt: z.string(),
        lastSeenAt: z.string(),
        current: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'Account' });

export const invitationInput = z
  .strictObject({
    displayName: z.string().trim().min(1).max(200),
    roles: z.array(z.string().max(50)).min(1).max(20),
  })
  .meta({ id: 'InvitationRequest' });

export const invitation = z
  .object({
    person: personRef,
    link: z.string().describe('Works once; shown this once.'),
    expiresAt: z.string(),
    rolesWaiting: z.array(z.string()).describe('Roles that a second person has to agree to first.'),
  })
  .meta({ id: 'Invitation' });

export const acceptInvitationInput = z
  .strictObject({ token: z.string().min(1).max(200) })
  .meta({ id: 'InvitationAcceptance' });

export type WaysToSignIn = z.infer<typeof waysToSignIn>;
export type Account = z.infer<typeof account>;
export type RecoveryCodes = z.infer<typeof recoveryCodes>;
export type AuthenticatorAnswer = z.infer<typeof authenticatorAnswer>;
export type InvitationAnswer = z.infer<typeof invitation>;
