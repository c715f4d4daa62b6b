export { canonicalJson, type Json } from './canonical-json.ts';
export { commit, HASH_BYTES } from './commitment.ts';
export { LedgerError, type LedgerProblem } from './ledger-error.ts';
export { Frontier } from './merkle/frontier.ts';
export { EMPTY_ROOT, leafHash, nodeHash } from './merkle/hash.ts';
export {
  consistencyProof,
  inclusionProof,
  verifyConsistency,
  verifyInclusion,
  type SubtreeHashes,
  type TreeHead,
} from './merkle/proofs.ts';
export { TileBuilder, type FullTile } from './merkle/tile-builder.ts';
export {
  entryBundle,
  frontierFromTiles,
  hashesOfTile,
  parseEntryBundle,
  parseTilePath,
  rootFromTiles,
  subtreesFromTiles,
  TILE_WIDTH,
  tilePath,
  tileWidth,
  type Tile,
  type TileReader,
} from './merkle/tiles.ts';
export {
  generateSigningKey,
  parseSigningKey,
  parseVerifierKey,
  type KeyKind,
  type Signer,
  type Verifier,
} from './note/keys.ts';
export {
  parseNote,
  parseSignatures,
  signNote,
  spellSignature,
  verifyNote,
  type NoteSignature,
  type SignedNote,
} from './note/signed-note.ts';
export {
  checkpointText,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
  type Checkpoint,
  type OpenedCheckpoint,
} from './note/checkpoint.ts';
export {
  auditLog,
  Auditor,
  type AuditOptions,
  type BrokenLog,
  type EventContent,
  type IntactLog,
  type LogItem,
  type LogProblem,
  type Verification,
} from './log/auditor.ts';
export { ERASURE_TYPE } from './log/canonical-event.ts';
export {
  checkpointLine,
  erasedLine,
  EXPORT_FORMAT,
  eventLine,
  headerLine,
  verifyExport,
  type ExportHeader,
} from './log/export.ts';
export {
  parseProvenEvent,
  provenEvent,
  verifyProvenEvent,
  type ProvenEvent,
  type VerifiedEvent,
} from './log/proven-event.ts';
export {
  addCosignatures,
  cosign,
  parseAddCheckpoint,
  requireGrown,
  spellAddCheckpoint,
  type AddCheckpoint,
} from './log/witness.ts';
export { fromBase64, toBase64 } from './platform.ts';
