/** Serves the harness: `vite --config apps/meet/dev/vite.dev.config.ts`. Not part of the production build. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  plugins: [react()],
  server: { port: 5199, strictPort: true },
});
