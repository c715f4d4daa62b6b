import type { Verifier } from '@breakwater/ledger';
import type { ConfinedDecoder } from '@breakwater/perceptual/node';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type pg from 'pg';
import type { Approvals, IdentityProvider } from '../access/index.ts';
import type { RetentionProfile } from '../custody/index.ts';
import type { Clock, Database, Logger, Secrets } from '../foundation/index.ts';
import type { Actor } from '../ledger/index.ts';
import type { CyberTipline } from '../reporting/index.ts';
import type { Screening } from '../screening/index.ts';
import type { Vault } from '../vault/index.ts';
import type { Metrics } from '../foundation/index.ts';

/** Everything that the API calls upon. */
export interface ApiDeps {
  readonly version: string;
  readonly db: Database;
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly log: Logger;
  readonly secrets: Secrets;
  readonly vault: Vault;
  readonly decoder: ConfinedDecoder;
  readonly screening: Screening;
  readonly cyberTipline: CyberTipline;
  readonly metrics: Metrics;
  readonly approvals: Approvals;
  /** Address by which people reach the console, such as `https://desk.example`; known once the server listens. */
  readonly publicAddress: () => string;
  /** Sign-in by an organization's identity provider; null where none is set. */
  readonly identityProvider: IdentityProvider | null;
  readonly profiles: readonly RetentionProfile[];
  /** The public key that the ledger's checkpoints verify with. */
  readonly ledgerKey: Verifier;
  /** Proxies whose word on who calls, and how, is taken. */
  readonly trustedProxies: readonly string[];
  /** Folder of the built console; null when there is none to serve. */
  readonly consoleFolder: string | null;
  readonly demo: {
    present(): Promise<boolean>;
    remove(actor: Actor): Promise<{ removedCases: number }>;
  };
}

/** A Fastify instance whose schemas are zod's. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;
