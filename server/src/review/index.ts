export {
  decide,
  decideOnceSigned,
  decisionById,
  decisionOfCase,
  type DecisionRow,
  type OrderedAction,
  type OrderedCyberTip,
  type Ruling,
} from './decide.ts';
export { isPreviewable, previewExhibit, revealExhibit, type LookDeps } from './looks.ts';
export type { Picture } from './render-video.ts';
export { ACTION_KINDS, findPolicy, POLICIES, type ActionKind, type Policy } from './policies.ts';
export { exhibitsViewedInFull, revealsOfCase, type Reveal } from './reveals.ts';
