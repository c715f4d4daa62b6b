export { browserOf } from './browser.ts';
export { stepUpWithPasskey, stepUpWithPassword, type SteppedUp } from './confirm.ts';
export { DEVICE_LIFE_SECONDS, newDevice, rememberDevice } from './devices.ts';
export { acceptInvitation, invite, inviteAgain, type Invitation } from './invitations.ts';
export { passkeyRequest, signInWithPasskey } from './passkey-sign-in.ts';
export {
  addPasskey,
  listPasskeys,
  passkeyRegistration,
  removePasskey,
  type Enrolled,
  type Passkey,
} from './passkeys.ts';
export { signInWithPassword } from './password-sign-in.ts';
export { beginAuthenticator, passwordOf, removePassword, setPassword } from './passwords.ts';
export { countRecoveryCodes, makeRecoveryCodes, signInWithRecoveryCode } from './recovery-codes.ts';
export { relyingPartyOf } from './relying-party.ts';
export {
  endSessions,
  listSessions,
  signOut,
  useSession,
  type ListedSession,
  type Session,
  type SignInMethod,
} from './sessions.ts';
export { createSignInToken, signIn } from './sign-in-links.ts';
export { requireFresh, STEP_UP } from './step-up.ts';
export { hasWayIn } from './ways-in.ts';
export { createIdentityProvider, type IdentityProvider, type OidcSettings } from './identity-provider.ts';
