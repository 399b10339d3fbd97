import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/* The gateway whose API the development server shows: one that runs. */
const api = process.env.CAUCE_API ?? 'http://127.0.0.1:8080';

const revision = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex').slice(0, 16);

/* What the service worker keeps on the device, and the font that the first page needs. */
function files(): Plugin {
  return {
    name: 'cauce-files',
    enforce: 'post',
    transformIndexHtml: {
      order: 'post',
      handler: (_, { bundle }) => Object.keys(bundle ?? {}).filter((name) => /inter-latin-wght.*woff2$/.test(name)).map((name) => ({
        tag: 'link', injectTo: 'head', attrs: { rel: 'preload', as: 'font', type: 'font/woff2', href: `/${name}`, crossorigin: true },
      })),
    },
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const worker = bundle['sw.js'];
        if (worker?.type !== 'chunk') return;
        const own = Object.values(bundle).filter((f) => f !== worker && !/\.map$|latin-ext/.test(f.fileName)).map((f) => ({
          url: `/${f.fileName}`, revision: f.fileName.startsWith('assets/') ? null : revision(f.type === 'chunk' ? f.code : f.source),
        }));
        const fixed = readdirSync('public').map((name) => ({ url: `/${name}`, revision: revision(readFileSync(`public/${name}`)) }));
        worker.code = worker.code.replace('__FILES__', JSON.stringify([...own, ...fixed]));
      },
    },
  };
}

export default defineConfig({
  plugins: [react(), files()],
  build: {
    target: 'es2022',
    /* The polyfill is not needed by the browsers we serve. */
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    /* No data: addresses, so that the policy can stay at 'self'. */
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { index: 'index.html', sw: 'src/offline/sw.ts' },
      /* a service worker has one address for ever */
      output: { entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
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
