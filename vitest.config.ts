import { defineConfig } from 'vitest/config';

/** Workspace packages are tested from their sources, without a build in between. */
const condition = 'breakwater-source';

export default defineConfig({
  ssr: { resolve: { conditions: [condition, 'node', 'default'], externalConditions: [condition] } },
  resolve: { conditions: [condition] },
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'server/{src,test}/**/*.test.ts', 'bench/**/*.test.ts'],
    globalSetup: ['server/test/postgres-harness/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
