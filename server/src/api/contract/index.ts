/** The HTTP contract: one schema per shape, shared by the server, the OpenAPI document and the console. */
export * from './shapes.ts';
export * from './user-reports.ts';
export * from './screening.ts';
export * from './review.ts';
export * from './reporting.ts';
export * from './cases.ts';
export * from './enforcement.ts';
export * from './custody.ts';
export * from './ledger.ts';
export * from './workspace.ts';
export * from './people.ts';
export * from './approvals.ts';
export * from './identity.ts';
