/** What waits until the person has shown again who they are. */
type Waiting = { done: (proven: boolean) => void };

let waiting: Waiting[] = [];
const listeners = new Set<() => void>();

/** Asks the person to show who they are; true once they have, false when they would rather not. */
export function askForProof(): Promise<boolean> {
  return new Promise((done) => {
    waiting = [...waiting, { done }];
    tell();
  });
}

/** Lets go on, or gives up, everything that waits. */
export function answerProof(proven: boolean): void {
  const answered = waiting;
  waiting = [];
  tell();
  for (const { done } of answered) done(proven);
}

export function proofIsAskedFor(): boolean {
  return waiting.length > 0;
}

export function onProofAskedFor(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}
