import { KIND } from './characters.ts';
import { STEP } from './forms.ts';
import type { Reading } from './reading.ts';

/** Reads on with one space for whatever stands between two words, for phrases. Emoji stay. Returns whether anything changed. */
export function readWords(from: Reading, into: Reading): boolean {
  if (!from.hasKind(KIND.other)) return false;
  into.clear();
  let changed = false;
  for (let at = 0; at < from.length; at++) {
    const kind = from.kinds[at];
    if (kind !== KIND.other && kind !== KIND.space) {
      into.take(from, at, 0, 0);
      continue;
    }
    const steps = kind === KIND.other ? STEP.punctuation : 0;
    if (into.length > 0 && into.units[into.length - 1] === 0x20) {
      into.extend(from.ends[at]!, from.steps[at]! | from.gaps[at]! | STEP.punctuation);
      changed = true;
    } else {
      into.push(0x20, from.starts[at]!, from.ends[at]!, from.steps[at]! | steps, from.gaps[at]!, KIND.space);
      changed ||= steps !== 0;
    }
  }
  return changed;
}
