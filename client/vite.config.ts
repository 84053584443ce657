import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type BuildEnvironmentOptions, defineConfig } from 'vite'

const here = import.meta.dirname
const pagesOf = (apps: string[]) =>
  apps.map((app) => resolve(here, app, 'index.html')).filter((page) => existsSync(page))

/** Pages run under `script-src 'self'; style-src 'self'`, so nothing is inlined. */
const pages = (apps: string[]): BuildEnvironmentOptions => ({
  outDir: 'dist',
  emptyOutDir: false, // the first build empties it, the others add to it
  target: ['chrome109', 'firefox115', 'safari16'],
  assetsInlineLimit: 0,
  modulePreload: { polyfill: false },
  rolldownOptions: { input: pagesOf(apps) },
})

interface Modules {
  getModuleInfo(id: string): { isEntry: boolean; importers: readonly string[] } | null
}

/**
 * The player's start as one file: whatever its page imports, straight or through others. Left to itself the bundler makes
 * a file of each part that a later chunk uses too, and six small files pack worse than one.
 */
function playerStart(id: string, modules: Modules, seen = new Set<string>()): string | null {
  if (seen.has(id)) return null
  seen.add(id)
  const info = modules.getModuleInfo(id)
  const reached =
    info?.isEntry || info?.importers.some((importer) => playerStart(importer, modules, seen) !== null)
  return reached ? 'player' : null
}

const player = pages(['player'])

/** `/embed.js`, which other people's pages load: one small file under a name that stays. */
const element: BuildEnvironmentOptions = {
  ...pages([]),
  rolldownOptions: { input: resolve(here, 'embed/element.ts'), output: { entryFileNames: 'embed.js' } },
}

/**
 * Three builds in one run. The player shares no file with the merchant's apps: what it loads before the first frame is
 * held to a budget, and a chunk common to all three would bring along what only the others need.
 */
export default defineConfig({
  root: here,
  environments: {
    client: {
      build: {
        ...player,
        emptyOutDir: true,
        rolldownOptions: {
          ...player.rolldownOptions,
          output: {
            codeSplitting: {
              groups: [{ debugName: 'player', name: (id, modules) => playerStart(id, modules) }],
            },
          },
        },
      },
    },
    work: { consumer: 'client', build: pages(['studio', 'console', 'account', 'embed']) },
    element: { consumer: 'client', build: element },
  },
  builder: {
    async buildApp(builder) {
      for (const environment of Object.values(builder.environments)) await builder.build(environment)
    },
  },
})
