/**
 * Runs a TypeScript program of the checkout against a Postgres and a Redis of its own, which are gone afterwards:
 * `npm run bench` and the like. `node server/setup/tool.mjs [--no-services] <file.ts> [arguments]`; without services
 * the program starts, and kills, its own.
 */
import { runChild } from './lib/child.mjs'
import { entry } from './lib/entry.mjs'
import { settle } from './lib/finding.mjs'
import { stopOnSignals } from './lib/stopping.mjs'
import { typeScript } from './lib/typescript.mjs'
import { temporaryContext, withTemporaryServices } from './services/temporary.mjs'
import { findClientBuild } from './steps/client.mjs'
import { findDependencies } from './steps/dependencies.mjs'
import { findNode } from './steps/node.mjs'
import { findRedis } from './steps/redis.mjs'
import { findWorker } from './worker/find.mjs'

const GRACE_MS = 10_000

await entry(async () => {
  const given = process.argv.slice(2)
  const isAlone = given[0] === '--no-services'
  const [file = '', ...args] = isAlone ? given.slice(1) : given
  const context = temporaryContext()
  await settle(findNode)
  const redis = await settle(() => findRedis(context))
  await settle(findDependencies)
  const worker = await settle(() => findWorker(process.env))
  await settle(findClientBuild)
  /** @param {Record<string, string>} env @param {AbortSignal} stop */
  const run = (env, stop) =>
    runChild(process.execPath, [...typeScript(file), ...args], {
      env: { ...process.env, ...env, MEDIASOUP_WORKER_BIN: worker },
      stop,
      graceMs: GRACE_MS,
    })
  return isAlone ? run({}, stopOnSignals().stop) : withTemporaryServices(context, { redis }, run)
})
