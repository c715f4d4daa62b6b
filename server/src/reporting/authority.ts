import type { CyberTiplineClient } from './cybertipline/index.ts';
import type { Environment } from './tables.ts';

/** Where CyberTips go, and who stands behind them. */
export type CyberTipline =
  | { readonly environment: 'unconfigured' }
  | {
      readonly environment: Exclude<Environment, 'unconfigured'>;
      readonly client: CyberTiplineClient;
      /** Of the person whom the authority may ask; it refuses reports without. */
      readonly reporterEmail: string;
    };
