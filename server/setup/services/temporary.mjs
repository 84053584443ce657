import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeDataDir, serviceAccount, servicesDirFor } from '../lib/account.mjs'
import { settle } from '../lib/finding.mjs'
import { stopOnSignals } from '../lib/stopping.mjs'
import { findPostgres } from '../steps/postgres.mjs'
import { runPostgres, runRedis } from './run.mjs'

/**
 * A folder for services that are gone after the run. No URL is passed on: what runs on them may drop and kill, so it
 * never gets somebody's real ones. Not mkdtemp, whose folders only their owner can enter: Postgres may run under
 * another account.
 */
export const temporaryContext = () => ({ env: {}, dataDir: join(tmpdir(), `shelfcast-test-${randomUUID()}`) })

/**
 * Runs `work` with a Postgres and a Redis of its own, which are gone afterwards.
 * @param {{ env: {}, dataDir: string }} context of `temporaryContext`
 * @param {{ redis: import('../steps/redis.mjs').Redis, settings?: Record<string, string> }} services Postgres settings
 * @param {(env: Record<string, string>, stop: AbortSignal) => Promise<number>} work
 * @returns {Promise<number>}
 */
export async function withTemporaryServices(context, { redis, settings = {} }, work) {
  const { stop } = stopOnSignals()
  const { dataDir } = context
  /** @type {import('./run.mjs').Running[]} */
  const services = []
  try {
    makeDataDir(dataDir)
    const postgres = await settle(() => findPostgres(context))
    const database = await runPostgres(postgres, dataDir, settings)
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
 * For those that start and kill servers of their own.
 * @param {import('../steps/postgres.mjs').Postgres} postgres
 * @param {import('../steps/redis.mjs').Redis} redis
 * @returns {Record<string, string>}
 */
function binaries(postgres, redis) {
  return {
    ...(postgres.kind === 'own' ? { POSTGRES_BIN_DIR: postgres.open().binDir } : {}),
    ...(redis.kind === 'own' ? { REDIS_SERVER_BIN: redis.open().program } : {}),
  }
}
