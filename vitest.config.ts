import { defineConfig } from 'vitest/config';

const condition = 'breakwater-source';

export default defineConfig({
  ssr: { resolve: { conditions: [condition, 'node', 'module', 'default'], externalConditions: [condition] } },
  resolve: { conditions: [condition] },
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'server/{src,test}/**/*.test.ts', 'bench/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
