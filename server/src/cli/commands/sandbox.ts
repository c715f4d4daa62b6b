import { randomBytes } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import { startWebhookListener, type HeardWebhook } from '../../enforcement/index.ts';
import { startCyberTiplineSandbox } from '../../reporting/index.ts';
import { CodedError } from '../../foundation/index.ts';
import { createOutput } from '../output.ts';

export function sandboxCommand(): Command {
  return new Command('sandbox')
    .description('Local stand-ins for what Breakwater talks to. Nothing leaves this machine.')
    .addCommand(cyberTiplineCommand())
    .addCommand(webhookListenerCommand());
}

interface CyberTiplineOptions {
  readonly port: number;
  readonly username: string;
  readonly password?: string;
  readonly state?: string;
  readonly json?: boolean;
}

function cyberTiplineCommand(): Command {
  return new Command('cybertipline')
    .description(
      'A server that behaves as the CyberTipline Reporting API is documented. Runs until it is stopped.',
    )
    .option('--port <number>', 'port to listen on; 0 for any free one', portOf, 4700)
    .option('--username <name>', 'user name it asks for', 'breakwater')
    .option('--password <password>', 'password it asks for (default: a random one, printed)')
    .option('--state <folder>', 'folder to keep what was filed in (default: memory only)')
    .option('--json', 'print one JSON line when ready: url, username, password, pid')
    .action(async (options: CyberTiplineOptions) => {
      const password = options.password ?? randomBytes(24).toString('base64url');
      const sandbox = await onPort(options.port, (port) =>
        startCyberTiplineSandbox({
          port,
          username: options.username,
          password,
          ...(options.state === undefined ? {} : { stateFolder: options.state }),
        }),
      );
      const { url } = sandbox;
      createOutput(options).result(
        { url, username: options.username, password, pid: process.pid },
        [
          'The CyberTipline sandbox is ready. Start Breakwater with:',
          '',
          `  export BREAKWATER_CYBERTIPLINE_URL=${url}`,
          `  export BREAKWATER_CYBERTIPLINE_USERNAME=${options.username}`,
          `  export BREAKWATER_CYBERTIPLINE_PASSWORD=${password}`,
          '  export BREAKWATER_REPORTER_EMAIL=desk@breakwater.example',
          '',
          `What was filed is shown at ${new URL(url).origin}/`,
        ].join('\n'),
      );
      await untilStopped();
      await sandbox.close();
    });
}

function webhookListenerCommand(): Command {
  return new Command('webhook-listener')
    .description(
      'Takes webhooks as a messaging service would, verifies and prints each. Runs until it is stopped.',
    )
    .requiredOption('--secret <whsec>', 'signing secret that Breakwater gave for the webhook', secretOf)
    .option('--port <number>', 'port to listen on; 0 for any free one', portOf, 4600)
    .option('--json', 'one JSON line when ready, and one per webhook: id, verified, repeated, body')
    .action(async (options: { secret: string; port: number; json?: boolean }) => {
      const output = createOutput(options);
      const onWebhook = (webhook: HeardWebhook) =>
        output.result(
          webhook,
          webhook.verified
            ? `webhook ${webhook.id}${webhook.repeated ? ' (repeated)' : ''}: ${JSON.stringify(webhook.body)}`
            : `refused: a request that is not signed with this secret`,
        );
      const listener = await onPort(options.port, (port) =>
        startWebhookListener({ port, secret: options.secret, onWebhook }),
      );
      output.result({ url: listener.url, pid: process.pid }, `Listening on ${listener.url}`);
      await untilStopped();
      await listener.close();
    });
}

/** @throws {CodedError} BW-START-PORT-IN-USE */
async function onPort<Listening>(
  port: number,
  listen: (port: number) => Promise<Listening>,
): Promise<Listening> {
  try {
    return await listen(port);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    const message = `Port ${port} is in use. Choose another with --port.`;
    throw new CodedError('BW-START-PORT-IN-USE', { message, cause: error });
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

/** Standard Webhooks: `whsec_` and the base64 of 24 to 64 bytes. */
function secretOf(text: string): string {
  const encoded = text.slice('whsec_'.length);
  const bytes = Buffer.from(encoded, 'base64');
  const sound = bytes.length >= 24 && bytes.length <= 64 && bytes.toString('base64') === encoded;
  if (!text.startsWith('whsec_') || !sound)
    throw new InvalidArgumentError('A signing secret is whsec_ and 24 to 64 bytes in base64.');
  return text;
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}
