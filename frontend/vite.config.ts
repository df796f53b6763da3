import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

/** The server's address while developing; the built page is served by the server itself. */
const server = process.env['KANSCOPE_DEV_SERVER'] ?? 'http://127.0.0.1:8000'

/** KaTeX offers each font three times; every browser that runs this page reads woff2. */
const woff2Only = {
  name: 'woff2-only',
  enforce: 'pre' as const,
  transform(code: string, id: string) {
    if (!id.includes('katex') || !id.endsWith('.css')) return null
    return { code: code.replace(/,url\([^)]*\.(?:woff|ttf)\) format\("[^"]*"\)/g, ''), map: null }
  },
}

export default defineConfig({
  plugins: [woff2Only, svelte()],
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
    environment: 'node',
    include: ['src/**/*.test.ts', 'eslint/*.test.js'],
  },
  resolve: process.env['VITEST'] === undefined ? {} : { conditions: ['browser'] },
})
