import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type BuildEnvironmentOptions, defineConfig } from 'vite'

const here = import.meta.dirname
const pagesOf = (apps: string[]) =>
  apps.map((app) => resolve(here, app, 'index.html')).filter((page) => existsSync(page))

/** Pages run under `script-src 'self'; style-src 'self'`, so nothing is inlined. */
const pages = (apps: string[]): BuildEnvironmentOptions => ({
  outDir: 'dist',
  emptyOutDir: false, // the first build empties it, the second adds to it
  target: ['chrome109', 'firefox115', 'safari16'],
  assetsInlineLimit: 0,
  modulePreload: { polyfill: false },
  rolldownOptions: { input: pagesOf(apps) },
})

/**
 * Two builds in one run. The player shares no file with the merchant's apps: what it loads before the first frame is
 * held to a budget, and a chunk common to all three would bring along what only the others need.
 */
export default defineConfig({
  root: here,
  environments: {
    client: { build: { ...pages(['player']), emptyOutDir: true } },
    work: { consumer: 'client', build: pages(['studio', 'console']) },
  },
  builder: {
    async buildApp(builder) {
      for (const environment of Object.values(builder.environments)) await builder.build(environment)
    },
  },
})
