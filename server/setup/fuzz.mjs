/**
 * `npm run fuzz -- <name> [seeds] [first]`: a random-operations test with many more seeds than `npm test` runs. The
 * first seed is drawn unless it is given; a failing test names its own, so it can be run again alone. `rooms` needs no
 * service; `sdp` has a media worker, a Postgres and a Redis of its own.
 */
import { randomInt } from 'node:crypto'
import { runChild } from './lib/child.mjs'
import { entry } from './lib/entry.mjs'
import { settle } from './lib/finding.mjs'
import { inRoot } from './lib/paths.mjs'
import { say } from './lib/report.mjs'
import { stopOnSignals } from './lib/stopping.mjs'
import { temporaryContext, withTemporaryServices } from './services/temporary.mjs'
import { findDependencies } from './steps/dependencies.mjs'
import { findNode } from './steps/node.mjs'
import { findRedis } from './steps/redis.mjs'
import { findWorker } from './worker/find.mjs'

/** @type {Record<string, { file: string, seeds: number, whole?: true }>} */
const TESTS = {
  rooms: { file: 'server/src/rooms/fuzz.test.ts', seeds: 5000 },
  'rooms-redis': { file: 'server/src/rooms/fuzz-redis.test.ts', seeds: 20, whole: true },
  sdp: { file: 'server/src/stage/sdp-fuzz.test.ts', seeds: 10_000, whole: true },
}
const FIRST_MAX = 1_000_000_000
const GRACE_MS = 5000

await entry(async () => {
  const [name = '', seeds, first = String(randomInt(FIRST_MAX))] = process.argv.slice(2)
  const chosen = Object.hasOwn(TESTS, name) ? TESTS[name] : undefined
  if (chosen === undefined) {
    say(`npm run fuzz -- <name> [seeds] [first]\n  names: ${Object.keys(TESTS).join(', ')}`)
    return 2
  }
  await settle(findNode)
  const context = temporaryContext()
  const redis = chosen.whole && (await settle(() => findRedis(context)))
  await settle(findDependencies)
  const env = {
    ...process.env,
    NODE_ENV: 'test',
    FUZZ_SEEDS: seeds ?? String(chosen.seeds),
    FUZZ_FIRST: first,
  }
  say(`  ${env.FUZZ_SEEDS} seeds from ${first}`)
  if (!redis) return run(chosen.file, env, stopOnSignals().stop)
  const worker = await settle(() => findWorker(process.env))
  return withTemporaryServices(context, { redis, settings: {} }, (stores, stop) =>
    run(chosen.file, { ...env, ...stores, MEDIASOUP_WORKER_BIN: worker }, stop),
  )
})

/** @param {string} file @param {NodeJS.ProcessEnv} env @param {AbortSignal} stop */
function run(file, env, stop) {
  const vitest = inRoot('node_modules/vitest/vitest.mjs')
  return runChild(process.execPath, [vitest, 'run', '--reporter=dot', file], { env, stop, graceMs: GRACE_MS })
}
