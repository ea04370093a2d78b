import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/**
 * React Aria carries its own words in some thirty languages. The app speaks English so far, so the others would be
 * a good part of the download for nothing.
 */
function englishOnly(): Plugin {
  return {
    name: 'english-only',
    enforce: 'pre',
    load(id) {
      const isForeign = /react-(aria|stately|aria-components)\/.*intl\/.*\/[a-z]{2}-[A-Z]{2}\.m?js$/.test(id);
      return isForeign && !id.includes('en-US') ? 'export default {};' : undefined;
    },
  };
}

export default defineConfig({
  // Relative addresses: the server decides in `<base href>` under which path the app lives.
  base: './',
  plugins: [react(), englishOnly()],
  build: {
    // No `data:` addresses, which a strict Content-Security-Policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
