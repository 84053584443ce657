/**
 * `npm test [-- path …]`: makes the machine ready, with Chromium, and runs the tests against a
 * Postgres and a Redis of their own that are gone afterwards. Arguments go to vitest.
 */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeDataDir, serviceAccount, servicesDirFor } from './lib/account.mjs'
import { runChild } from './lib/child.mjs'
import { entry } from './lib/entry.mjs'
import { settle } from './lib/finding.mjs'
import { inRoot } from './lib/paths.mjs'
import { say } from './lib/report.mjs'
import { stopOnSignals } from './lib/stopping.mjs'
import { tally } from './lib/tally.mjs'
import { runPostgres, runRedis } from './services/run.mjs'
import { findChromium } from './steps/chromium.mjs'
import { findClientBuild } from './steps/client.mjs'
import { findDependencies } from './steps/dependencies.mjs'
import { findNode } from './steps/node.mjs'
import { findPostgres } from './steps/postgres.mjs'
import { findRedis } from './steps/redis.mjs'
import { findWorker } from './worker/find.mjs'

const VITEST_GRACE_MS = 10_000

/** Nothing here outlives the run, so nothing has to reach the disk; a killed process loses nothing by it. */
const FORGETFUL = { fsync: 'off', full_page_writes: 'off' }

await entry(async () => {
  // No URL is passed on: tests may drop and kill, so they never get somebody's real services. Not
  // mkdtemp, whose folders only their owner can enter: Postgres may run under another account.
  const context = { env: {}, dataDir: join(tmpdir(), `shelfcast-test-${randomUUID()}`) }
  await settle(findNode)
  // First what may need a human, who should not wait for a build to hear of it.
  const chromium = await settle(() => findChromium(process.env))
  const redis = await settle(() => findRedis(context))
  await settle(findDependencies)
  const worker = await settle(() => findWorker(process.env))
  await settle(findClientBuild)
  const tools = { MEDIASOUP_WORKER_BIN: worker, CHROMIUM_BIN: chromium, NODE_ENV: 'test' }
  return withServices(context, redis, (env, stop) => runTests({ ...process.env, ...tools, ...env }, stop))
})

/**
 * @param {{ env: {}, dataDir: string }} context
 * @param {import('./steps/redis.mjs').Redis} redis
 * @param {(env: Record<string, string>, stop: AbortSignal) => Promise<number>} work
 * @returns {Promise<number>}
 */
async function withServices(context, redis, work) {
  const { stop } = stopOnSignals()
  const { dataDir } = context
  /** @type {import('./services/run.mjs').Running[]} */
  const services = []
  try {
    makeDataDir(dataDir)
    const postgres = await settle(() => findPostgres(context))
    const database = await runPostgres(postgres, dataDir, FORGETFUL)
    services.push(database)
    const memory = await runRedis(redis, dataDir)
    services.push(memory)
    return await work(
      { DATABASE_URL: database.url, REDIS_URL: memory.url, ...binaries(postgres, redis) },
      stop,
    )
  } finally {
    await Promise.all(services.map((service) => service.stop()))
    for (const dir of [dataDir, servicesDirFor(dataDir, serviceAccount())]) {
      rmSync(dir, { recursive: true, force: true })
    }
  }
}

/**
 * For tests that start and kill servers of their own.
 * @param {import('./steps/postgres.mjs').Postgres} postgres
 * @param {import('./steps/redis.mjs').Redis} redis
 * @returns {Record<string, string>}
 */
function binaries(postgres, redis) {
  return {
    ...(postgres.kind === 'own' ? { POSTGRES_BIN_DIR: postgres.open().binDir } : {}),
    ...(redis.kind === 'own' ? { REDIS_SERVER_BIN: redis.open().program } : {}),
  }
}

/** @param {NodeJS.ProcessEnv} env @param {AbortSignal} stop */
async function runTests(env, stop) {
  const folder = mkdtempSync(join(tmpdir(), 'shelfcast-report-'))
  const report = join(folder, 'report.json')
  try {
    const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const vitest = inRoot('node_modules/vitest/vitest.mjs')
    const code = await runChild(process.execPath, [vitest, ...args, ...process.argv.slice(2)], {
      env,
      stop,
      graceMs: VITEST_GRACE_MS,
    })
    const { line, passed } = tally(report)
    say(line)
    return code || (passed ? 0 : 1)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
