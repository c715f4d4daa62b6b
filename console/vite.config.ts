import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { themeCss } from './src/theme-css.ts';

const themeCssId = 'virtual:theme.css';

/** Writes the theme's CSS variables at build time, so that the page needs no `<style>` element at run time. */
function staticTheme(): Plugin {
  return {
    name: 'breakwater-static-theme',
    resolveId: (id) => (id === themeCssId ? `\0${themeCssId}` : undefined),
    load: (id) => (id === `\0${themeCssId}` ? themeCss() : undefined),
  };
}

export default defineConfig({
  plugins: [react(), staticTheme()],
  // Nothing is inlined as a data: address, so that the content security policy can forbid them.
  build: { assetsInlineLimit: 0, sourcemap: true, modulePreload: { polyfill: false } },
  server: {
    proxy: Object.fromEntries(
      ['/v1', '/docs', '/openapi.json'].map((path) => [path, 'http://localhost:4000']),
    ),
  },
});
