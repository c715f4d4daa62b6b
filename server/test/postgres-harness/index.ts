export { createTestDatabase, type TestConnection, type TestDatabase } from './test-database.ts';
