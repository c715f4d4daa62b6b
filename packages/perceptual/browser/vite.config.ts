import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The portable part as one ES module, beside the page that shows it in use. */
export default defineConfig({
  build: {
    lib: { entry: here('../src/index.ts'), formats: ['es'], fileName: () => 'perceptual.js' },
    outDir: here('../../../docs/browser-hash/dist'),
    emptyOutDir: true,
    target: 'es2023',
  },
});
