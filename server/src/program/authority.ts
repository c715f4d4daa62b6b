import { randomBytes } from 'node:crypto';
import type { Secrets } from '../foundation/index.ts';
import { createCyberTiplineClient, startCyberTiplineSandbox, type CyberTipline } from '../reporting/index.ts';
import type { Config } from './config.ts';
import { dataFolders } from './data-folder.ts';

const TIMEOUT_MS = 60_000;
const SANDBOX_EMAIL = 'desk@breakwater.example';

export interface OpenAuthority {
  readonly cyberTipline: CyberTipline;
  /** Where to look at what was filed, if it is the sandbox of this program. */
  readonly sandboxUrl: string | null;
  close(): Promise<void>;
}

/** The CyberTipline that is configured; a sandbox of our own while the demo is there; else none. */
export async function openAuthority(
  config: Config,
  secrets: Secrets,
  demoPresent: boolean,
): Promise<OpenAuthority> {
  if (config.cyberTipline !== undefined) {
    const { url, username, password, reporterEmail, environment } = config.cyberTipline;
    const client = createCyberTiplineClient({ baseUrl: url, username, password, timeoutMs: TIMEOUT_MS });
    return { cyberTipline: { environment, client, reporterEmail }, sandboxUrl: null, close: async () => {} };
  }
  if (!demoPresent)
    return { cyberTipline: { environment: 'unconfigured' }, sandboxUrl: null, close: async () => {} };
  const username = 'breakwater';
  const password = await secrets.keep('sandbox.password', () => randomBytes(24).toString('base64url'));
  const sandbox = await startCyberTiplineSandbox({
    port: 0,
    username,
    password,
    stateFolder: dataFolders(config.dataFolder).sandbox,
  });
  const client = createCyberTiplineClient({
    baseUrl: sandbox.url,
    username,
    password,
    timeoutMs: TIMEOUT_MS,
  });
  return {
    cyberTipline: { environment: 'sandbox', client, reporterEmail: SANDBOX_EMAIL },
    sandboxUrl: new URL(sandbox.url).origin,
    close: () => sandbox.close(),
  };
}
