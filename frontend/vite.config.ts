import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

/** The server's address while developing; the built page is served by the server itself. */
const server = process.env['KANSCOPE_DEV_SERVER'] ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [svelte()],
  build: {
    outDir: '../server/static',
    emptyOutDir: true,
    target: 'es2022',
    // Plotly alone is larger than the default limit; it loads only when a chart is shown.
    chunkSizeWarningLimit: 1700,
  },
  server: {
    proxy: { '/api': { target: server, ws: true } },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
  },
  resolve: process.env['VITEST'] === undefined ? {} : { conditions: ['browser'] },
})
