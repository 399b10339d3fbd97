import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/* Where the API of the development server comes from: the stand-in, or a gateway that is running. */
const api = process.env.CAUCE_API ?? 'http://127.0.0.1:8790';

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    /* The polyfill is not needed by the browsers we serve. */
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    /* No data: addresses, so that the policy can stay at 'self'. */
    assetsInlineLimit: 0,
  },
  server: { port: 5173, strictPort: true, proxy: { '/api': { target: api, changeOrigin: true } } },
  test: { include: ['tests/unit/**/*.test.ts'], environment: 'node' },
} as Parameters<typeof defineConfig>[0]);
