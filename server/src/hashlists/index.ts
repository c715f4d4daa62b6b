export {
  allEntries,
  entriesById,
  hashListBySlug,
  hashListsVersion,
  importEntries,
  listHashLists,
  pageOfEntries,
  removeHashList,
  type EntryRow,
  type HashListRow,
  type ImportResult,
  type IndexableEntry,
} from './hash-lists.ts';
export { readListFile, type FingerprintKind, type ListFileFormat, type NewEntry } from './list-file.ts';
export { unpackFrames } from './packed-frames.ts';
export { importIntoList, importStaged, shareHashList, shareOnceSigned } from './shared-lists.ts';
