export { examine, type Examination } from './examination.ts';
export { createScreening, type Match, MIN_PDQ_QUALITY, type Screening, type Verdict } from './screening.ts';
