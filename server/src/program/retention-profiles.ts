import { readFile } from 'node:fs/promises';
import {
  BUILT_IN_PROFILES,
  mergeProfiles,
  retentionProfileFile,
  type RetentionProfile,
} from '../custody/index.ts';
import { CodedError } from '../foundation/index.ts';

/**
 * The retention profiles that come with Breakwater, and those of an operator's file (a JSON array) in place of or beside
 * them. @throws {CodedError} BW-START-CONFIG when the file cannot be read or is not valid
 */
export async function readProfiles(path: string | undefined): Promise<readonly RetentionProfile[]> {
  if (path === undefined) return BUILT_IN_PROFILES;
  try {
    return mergeProfiles(retentionProfileFile.parse(JSON.parse(await readFile(path, 'utf8'))));
  } catch (error) {
    const message = `The retention profiles of ${path} cannot be used.`;
    throw new CodedError('BW-START-CONFIG', { message, cause: error });
  }
}
