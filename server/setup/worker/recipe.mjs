import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashOf } from '../lib/hash.mjs'
import { cacheDir, inRoot } from '../lib/paths.mjs'
import { patches } from './patches.mjs'

export const SHIMS = inRoot('server/setup/worker/shims')

/** Nothing is downloaded; asserts are compiled out, as in mediasoup's own release. */
export const MESON_OPTIONS = ['--wrap-mode=nodownload', '--buildtype=release', '-Db_ndebug=true']

/** From the lockfile, so that it is known before anything is installed. */
export function mediasoupVersion() {
  const lock = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8'))
  return /** @type {string} */ (lock.packages['node_modules/mediasoup'].version)
}

/** A hash of all that decides what the build makes. */
function recipeHash() {
  const shims = hashOf(SHIMS, ['.'], (name) => name !== 'README.md')
  const recipe = JSON.stringify({ shims, patches, options: MESON_OPTIONS })
  return createHash('sha256').update(recipe).digest('hex').slice(0, 12)
}

/**
 * Where the worker is kept: outside the checkout, since it takes minutes to build, and under a name
 * that changes with everything that goes into it.
 */
export function cachedWorkerPath() {
  const folder = `${mediasoupVersion()}-${process.platform}-${process.arch}-${recipeHash()}`
  return join(cacheDir, 'mediasoup-worker', folder, 'mediasoup-worker')
}
