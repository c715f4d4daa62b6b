interface SignInLinksTable {
  token_hash: Buffer;
  person_id: string;
  expires_at: Date;
}

interface SessionsTable {
  id: string;
  person_id: string;
  method: string;
  roles: string[];
  browser: string;
  enrolling: boolean;
  opened_at: Date;
  last_seen_at: Date;
  fresh_until: Date;
  expires_at: Date;
}

interface SessionTokensTable {
  token_hash: Buffer;
  session_id: string;
  issued_at: Date;
  confirmed_at: Date | null;
  retired_at: Date | null;
}

interface InvitationsTable {
  token_hash: Buffer;
  person_id: string;
  expires_at: Date;
}

interface SignInChallengesTable {
  challenge_hash: Buffer;
  purpose: string;
  bound_to: Buffer;
  expires_at: Date;
}

interface PasskeysTable {
  id: string;
  person_id: string;
  credential_id: Buffer;
  public_key: Buffer;
  counter: number;
  transports: string[];
  relying_party: string;
  name: string;
  synced: boolean;
  created_at: Date;
  last_used_at: Date | null;
}

interface PasswordsTable {
  person_id: string;
  sign_in_name: string;
  password_hash: string;
  authenticator_secret: Buffer;
  last_step: number;
  changed_at: Date;
}

interface PendingAuthenticatorsTable {
  session_id: string;
  authenticator_secret: Buffer;
  expires_at: Date;
}

interface RecoveryCodesTable {
  code_hash: Buffer;
  person_id: string;
}

interface KnownDevicesTable {
  device_hash: Buffer;
  person_id: string;
  last_used_at: Date;
}

interface SignInAttemptsTable {
  bucket: Buffer;
  failures: number;
  last_at: Date;
  blocked_until: Date | null;
}

interface OidcIdentitiesTable {
  issuer: string;
  subject: string;
  person_id: string;
  created_at: Date;
}

interface OidcRequestsTable {
  state_hash: Buffer;
  bound_to: Buffer;
  nonce: string;
  code_verifier: string;
  session_id: string | null;
  started_at: Date;
  expires_at: Date;
}

declare module '../../foundation/database.ts' {
  interface Tables {
    sign_in_links: SignInLinksTable;
    sessions: SessionsTable;
    session_tokens: SessionTokensTable;
    invitations: InvitationsTable;
    sign_in_challenges: SignInChallengesTable;
    passkeys: PasskeysTable;
    passwords: PasswordsTable;
    pending_authenticators: PendingAuthenticatorsTable;
    recovery_codes: RecoveryCodesTable;
    known_devices: KnownDevicesTable;
    sign_in_attempts: SignInAttemptsTable;
    oidc_identities: OidcIdentitiesTable;
    oidc_requests: OidcRequestsTable;
  }
}
