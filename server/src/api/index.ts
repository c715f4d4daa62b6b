export type { ApiDeps } from './deps.ts';
export { presentScreening } from './routes/screening.ts';
export { createApi } from './server.ts';
