import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineConfig } from 'vite'

const here = import.meta.dirname
const APPS = ['player', 'studio', 'console']
const pages = APPS.map((app) => resolve(here, app, 'index.html')).filter((page) => existsSync(page))

/**
 * Three pages in one build, so that what they share is one cached file. Nothing is inlined: the pages run under
 * `script-src 'self'; style-src 'self'`.
 */
export default defineConfig({
  root: here,
  base: '/',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: ['chrome109', 'firefox115', 'safari16'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    rolldownOptions: { input: pages },
  },
})
