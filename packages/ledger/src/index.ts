export { canonicalJson, type Json } from './canonical-json.ts';
export {
  CHAIN_ORIGIN,
  HASH_BYTES,
  commit,
  linkHash,
  verifyChain,
  type ChainLink,
  type ChainProblem,
  type Verification,
} from './chain.ts';
