/* oxlint-disable -- AssemblyScript: numbers have types that TypeScript does not know. */
export { arrange, arrangeRun } from './code';
export { countBand, countFirstBand, placeFirstBand, placeInOrder, postBand, sumUp } from './construct';
export { addToDelta, searchDelta } from './delta';
export { countParts, fillParts, sortPart, startParts } from './post';
export { remove } from './remove';
export { countDistances, scan } from './scan';
export { searchBase } from './search';
