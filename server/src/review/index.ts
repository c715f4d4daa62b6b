export {
  decide,
  decisionById,
  decisionOfCase,
  type DecisionRow,
  type OrderedAction,
  type OrderedCyberTip,
  type Ruling,
} from './decide.ts';
export { isPreviewable, previewExhibit, revealExhibit, type LookDeps, type Picture } from './looks.ts';
export { ACTION_KINDS, POLICIES, findPolicy, type ActionKind, type Policy } from './policies.ts';
export { exhibitsViewedInFull, revealsOfCase, type Reveal } from './reveals.ts';
