import { fromBase64, parseAddCheckpoint } from '@breakwater/ledger';
import { z } from 'zod';
import { CodedError } from '../../../foundation/index.ts';
import { consistency, inCodedWords, latestCheckpoint } from '../../../ledger/index.ts';
import { withStore } from '../../installation.ts';
import { readText } from './files.ts';

/** Where a watcher sees the newest checkpoint, and gets proof that it goes on from `oldSize` events. */
export type CheckpointSource = (oldSize: number) => Promise<{
  readonly checkpoint: string;
  proof(size: number): Promise<Uint8Array[]>;
}>;

interface SourceOptions {
  readonly data?: string;
  readonly cookieFile?: string;
}

const consistencyAnswer = z.object({ proof: z.array(z.string()) });

export async function sourceOf(place: string | undefined, options: SourceOptions): Promise<CheckpointSource> {
  if (place === undefined) return databaseSource(options);
  if (!/^https?:\/\//.test(place)) return fileSource(place);
  const cookie = options.cookieFile === undefined ? '' : (await readText(options.cookieFile)).trim();
  return addressSource(place.replace(/\/+$/, ''), cookie);
}

function databaseSource(options: SourceOptions): CheckpointSource {
  return (oldSize) =>
    withStore(options, async ({ db }) => {
      const checkpoint = await latestCheckpoint(db);
      if (checkpoint === null) {
        if (oldSize === 0) throw new CodedError('BW-LEDGER-NOT-SIGNED-YET');
        throw new CodedError('BW-LEDGER-ROLLED-BACK');
      }
      return {
        checkpoint,
        proof: (size) => withStore(options, (store) => consistency(store.db, oldSize, size)),
      };
    });
}

/** What "ledger checkpoint --old SIZE" printed, or a bare checkpoint, which can only prove itself to be the same. */
function fileSource(path: string): CheckpointSource {
  return async (oldSize) => {
    const text = await readText(path);
    if (!text.startsWith('old ')) return { checkpoint: text, proof: async () => [] };
    const request = inCodedWords(() => parseAddCheckpoint(text));
    return {
      checkpoint: request.checkpoint,
      proof: async () => {
        if (request.oldSize !== oldSize)
          throw new CodedError('BW-LEDGER-WITNESS-BEHIND', {
            message: `The proof in this file begins at ${request.oldSize} events, and ${oldSize} were seen last.`,
          });
        return [...request.consistencyProof];
      },
    };
  };
}

function addressSource(address: string, cookie: string): CheckpointSource {
  const ask = async (path: string): Promise<string> => {
    const answer = await fetch(`${address}${path}`, { headers: { cookie }, redirect: 'error' }).catch(
      (cause: unknown) => {
        throw new CodedError('BW-NOT-RUNNING', { message: `Nothing answers at ${address}.`, cause });
      },
    );
    if (answer.ok) return answer.text();
    throw new CodedError(answer.status === 401 ? 'BW-SIGN-IN-REQUIRED' : 'BW-LEDGER-UNREADABLE', {
      message: `${address}${path} was answered ${answer.status}.`,
    });
  };
  return async (oldSize) => ({
    checkpoint: await ask('/v1/ledger/checkpoint'),
    proof: async (size) => {
      const text = await ask(`/v1/ledger/consistency?from=${oldSize}&to=${size}`);
      return consistencyAnswer.parse(JSON.parse(text)).proof.map((hash) => {
        const bytes = fromBase64(hash);
        if (bytes === null) throw new CodedError('BW-LEDGER-UNREADABLE');
        return bytes;
      });
    },
  });
}
