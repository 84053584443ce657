/**
 * `npm run backup -- FILE` and `npm run restore -- FILE [--force]`: with the services that run, with those that the
 * environment names, or with the private ones, started for as long as it takes.
 */
import { runChild } from './lib/child.mjs'
import { entry } from './lib/entry.mjs'
import { withEnvFile } from './lib/env.mjs'
import { settle } from './lib/finding.mjs'
import { dataDirOf, inRoot } from './lib/paths.mjs'
import { claim, isClaimed } from './lib/running.mjs'
import { stopOnSignals } from './lib/stopping.mjs'
import { typeScript } from './lib/typescript.mjs'
import { runPostgres, runRedis } from './services/run.mjs'
import { findDependencies } from './steps/dependencies.mjs'
import { findNode } from './steps/node.mjs'
import { findPostgres } from './steps/postgres.mjs'
import { findRedis } from './steps/redis.mjs'

const GRACE_MS = 5000

await entry(async () => {
  const env = withEnvFile(inRoot('.env'), process.env)
  const context = { env, dataDir: dataDirOf(env) }
  await settle(findNode)
  await settle(findDependencies)
  // Beside a server that runs, its services are used and left alone.
  const isServed = isClaimed(context.dataDir)
  const release = isServed ? () => {} : await claim(context.dataDir)
  /** @type {import('./services/run.mjs').Running[]} */
  const services = []
  try {
    const postgres = await settle(() => findPostgres(context))
    const redis = await settle(() => findRedis(context))
    const { stop, force } = stopOnSignals()
    const database = await runPostgres(postgres, context.dataDir)
    services.push(database)
    const memory = await runRedis(redis, context.dataDir)
    services.push(memory)
    return await runChild(
      process.execPath,
      [...typeScript('server/src/cli/backup.ts'), ...process.argv.slice(2)],
      {
        env: { ...env, DATABASE_URL: database.url, REDIS_URL: memory.url, DATA_DIR: context.dataDir },
        stop,
        force,
        graceMs: GRACE_MS,
      },
    )
  } finally {
    if (!isServed) await Promise.all(services.map((service) => service.stop()))
    release()
  }
})
