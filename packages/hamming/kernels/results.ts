/* oxlint-disable -- AssemblyScript: numbers have types that TypeScript does not know. */
import {
  COUNT,
  ENTRY_LIST,
  ENTRY_PAYLOAD,
  ENTRY_REMOVED,
  LISTS,
  PAYLOADS,
  REMOVED,
  RESULT_BYTES,
  RESULT_CAPACITY,
  SLOT_FOUND,
  SLOT_RESULTS,
  SLOT_WANTED,
} from '../src/fields';
import { deltaEntry } from './code';

export function listAt(position: u32): u32 {
  const count = load<u32>(COUNT);
  return position < count
    ? load<u16>(<usize>load<u32>(LISTS) + ((<usize>position) << 1))
    : load<u32>(deltaEntry(position - count), ENTRY_LIST);
}

export function payloadAt(position: u32): u32 {
  const count = load<u32>(COUNT);
  return position < count
    ? load<u32>(<usize>load<u32>(PAYLOADS) + ((<usize>position) << 2))
    : load<u32>(deltaEntry(position - count), ENTRY_PAYLOAD);
}

export function isRemoved(position: u32): bool {
  const count = load<u32>(COUNT);
  if (position >= count) return atomic.load<u32>(deltaEntry(position - count), ENTRY_REMOVED) != 0;
  const word = atomic.load<u32>(<usize>load<u32>(REMOVED) + ((<usize>position >> 5) << 2));
  return ((word >> (position & 31)) & 1) != 0;
}

/** Whether an entry still counts, and is on a list that the query wants. */
export function isWanted(slot: usize, position: u32, filtered: bool): bool {
  if (isRemoved(position)) return false;
  if (!filtered) return true;
  const list = listAt(position);
  return ((load<u8>(slot + (list >> 3), SLOT_WANTED) >> (list & 7)) & 1) != 0;
}

export function isFull(slot: usize): bool {
  return load<u32>(slot, SLOT_FOUND) >= <u32>RESULT_CAPACITY;
}

/** Adds a result. The caller has seen that there is room. */
export function report(slot: usize, position: u32, distance: u32): void {
  const found = load<u32>(slot, SLOT_FOUND);
  const at = slot + SLOT_RESULTS + <usize>found * RESULT_BYTES;
  store<u32>(at, payloadAt(position));
  store<u32>(at, distance, 4);
  store<u32>(at, listAt(position), 8);
  store<u32>(at, position, 12);
  store<u32>(slot, found + 1, SLOT_FOUND);
}
