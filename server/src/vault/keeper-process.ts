/**
 * The vault keeper: the only process that holds the vault's identity. It opens no file but that of the identity, speaks
 * to nobody but the program that started it, over its standard input and output, and ends when that is gone.
 */
import { Console } from 'node:console';
import { createConfinedDecoder, DecoderBusyError } from '@breakwater/perceptual/node';
import { AgeFileError } from './age-file.ts';
import { fetchIdentity, UnlockError, type Identity } from './keeper-identity.ts';
import { requireQuestion, type Question, type Refusal } from './keeper-questions.ts';
import { answerQuestion, type Keeping } from './keeper-answers.ts';
import { Wire, type Channel } from './keeper-wire.ts';

// Standard output is for answers alone; some libraries print.
globalThis.console = new Console(process.stderr);
// Ctrl-C at a terminal reaches all of a program. It is up to the program to let what it has in hand finish.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

const decoder = createConfinedDecoder();
let keeping: Keeping | undefined;

const wire = new Wire(process.stdin, process.stdout, (value, channel) => {
  void answer(requireQuestion(value), channel);
});
wire.onFailure = () => {
  void decoder.close().then(() => process.exit(0));
};

async function answer(question: Question, channel: Channel): Promise<void> {
  try {
    if (question.task === 'unlock') {
      const identity = await fetchIdentity(question.way);
      keeping = keepingOf(identity, question.contentSecret);
      channel.done({ recipients: identity.recipients });
      return;
    }
    if (keeping === undefined) throw new UnlockError('The vault was not unlocked.');
    channel.done(await answerQuestion(keeping, question, channel));
  } catch (error) {
    channel.refuse(refusalOf(error));
  }
}

function keepingOf(identity: Identity, contentSecret: string): Keeping {
  return { keys: identity.keys, contentSecret: Buffer.from(contentSecret, 'hex'), decoder };
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof UnlockError) return { reason: 'locked', message: error.message };
  if (error instanceof AgeFileError) return { reason: error.reason, message: error.message };
  if (error instanceof DecoderBusyError) return { reason: 'busy', message: error.message };
  return { reason: 'internal', message: error instanceof Error ? error.name : 'unknown' };
}
