export { examine, MIN_PDQ_QUALITY, type Examination, type Look } from './examination.ts';
export { createScreening, type Match, type Screening, type Verdict } from './screening.ts';
