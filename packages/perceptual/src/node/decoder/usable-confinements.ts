import { createConfinedDecoder } from './confined-decoder.ts';
import type { Confinement } from './confinement.ts';

/** For tests: the confinements that work on this machine, found out by trying. */
export async function usableConfinements(): Promise<Confinement[]> {
  const decoder = createConfinedDecoder();
  const { confinement } = await decoder.probe();
  await decoder.close();
  return confinement === 'bubblewrap' ? ['bubblewrap', 'process'] : ['process'];
}
