import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/* The gateway whose API the development server shows: one that runs. */
const api = process.env.CAUCE_API ?? 'http://127.0.0.1:8080';

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
  server: {
    port: Number(process.env.CAUCE_DEV_PORT ?? 5173),
    strictPort: true,
    proxy: {
      '/api': {
        target: api,
        changeOrigin: true,
        /* a write from another origin is refused: here both are one */
        configure: (proxy) => proxy.on('proxyReq', (req) => req.getHeader('origin') && req.setHeader('origin', api)),
      },
    },
  },
  test: { include: ['tests/unit/**/*.test.ts'], environment: 'node' },
} as Parameters<typeof defineConfig>[0]);
