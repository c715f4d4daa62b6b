export { examine, type Examination, type Look } from './examination.ts';
export { createScreening, type Match, MIN_PDQ_QUALITY, type Screening, type Verdict } from './screening.ts';
