/* oxlint-disable -- AssemblyScript: numbers have types that TypeScript does not know. */
export { arrange } from './code';
export { arrangeRun, placeInOrder, placeRun } from './construct';
export { addToDelta, searchDelta } from './delta';
export { countPart, fillParts, placeCrowdedPart, placePart } from './post';
export { remove } from './remove';
export { countDistances, scan } from './scan';
export { searchBase } from './search';
