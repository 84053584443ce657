/**
 * Runs a TypeScript program of the checkout against a Postgres and a Redis of its own, which are gone afterwards:
 * `npm run bench` and the like. `node server/setup/tool.mjs <file.ts> [arguments]`
 */
import { runChild } from './lib/child.mjs'
import { entry } from './lib/entry.mjs'
import { settle } from './lib/finding.mjs'
import { typeScript } from './lib/typescript.mjs'
import { temporaryContext, withTemporaryServices } from './services/temporary.mjs'
import { findClientBuild } from './steps/client.mjs'
import { findDependencies } from './steps/dependencies.mjs'
import { findNode } from './steps/node.mjs'
import { findRedis } from './steps/redis.mjs'
import { findWorker } from './worker/find.mjs'

const GRACE_MS = 10_000

await entry(async () => {
  const [file = '', ...args] = process.argv.slice(2)
  const context = temporaryContext()
  await settle(findNode)
  const redis = await settle(() => findRedis(context))
  await settle(findDependencies)
  const worker = await settle(() => findWorker(process.env))
  await settle(findClientBuild)
  return withTemporaryServices(context, { redis }, (env, stop) =>
    runChild(process.execPath, [...typeScript(file), ...args], {
      env: { ...process.env, ...env, MEDIASOUP_WORKER_BIN: worker },
      stop,
      graceMs: GRACE_MS,
    }),
  )
})
