import type { Phrase } from './words.ts';

/** A state in words; its color and mark only repeat what the words say. */
export function Status({ text, tone }: Phrase) {
  return <span className={`status status-${tone}`}>{text}</span>;
}
