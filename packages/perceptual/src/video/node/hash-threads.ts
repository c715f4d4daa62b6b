import { Worker } from 'node:worker_threads';

/**
 * A thread that hashes frames: an idle one, or else a new one, as to start one takes longer than to hash a minute of video. It
 * sees nothing but pixels, and keeps none. Whoever takes it gives it back, or terminates it.
 */
export function takeHashThread(): Worker {
  const thread = idle.pop() ?? new Worker(PROGRAM);
  thread.removeAllListeners().ref();
  return thread;
}

/** Takes back a thread that has answered all it was asked. An idle one does not keep the process alive. */
export async function giveBackHashThread(thread: Worker): Promise<void> {
  thread.removeAllListeners();
  if (idle.length >= MOST_IDLE) {
    await thread.terminate();
    return;
  }
  const forget = (): void => {
    const at = idle.indexOf(thread);
    if (at >= 0) idle.splice(at, 1);
  };
  // Without a listener, an error in it would end the process.
  thread.once('error', forget).once('exit', forget).unref();
  idle.push(thread);
}

const idle: Worker[] = [];
const MOST_IDLE = 2;
const PROGRAM = new URL(
  import.meta.url.endsWith('.ts') ? './hash-thread.ts' : './hash-thread.js',
  import.meta.url,
);
