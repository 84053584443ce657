/**
 * `npm run doctor`: the findings of set-up, without changing anything. Ends with code 1 when
 * something needs a human.
 */
import { entry } from './lib/entry.mjs'
import { withEnvFile } from './lib/env.mjs'
import { dataDirOf, inRoot } from './lib/paths.mjs'
import { blocked, doing, ready } from './lib/report.mjs'
import { findChromium } from './steps/chromium.mjs'
import { findClientBuild } from './steps/client.mjs'
import { findDependencies } from './steps/dependencies.mjs'
import { findFfmpeg } from './steps/ffmpeg.mjs'
import { findNode } from './steps/node.mjs'
import { findPorts } from './steps/ports.mjs'
import { findPostgres } from './steps/postgres.mjs'
import { findRedis } from './steps/redis.mjs'
import { findWorker } from './worker/find.mjs'

await entry(async () => {
  const env = withEnvFile(inRoot('.env'), process.env)
  const context = { env, dataDir: dataDirOf(env) }
  const steps = [
    findNode,
    () => findPorts(context),
    findDependencies,
    () => findWorker(env),
    () => findPostgres(context),
    () => findRedis(context),
    findClientBuild,
    () => findChromium(env),
    () => findFfmpeg(env),
  ]
  let problems = 0
  for (const find of steps) {
    const finding = await find()
    tell(finding)
    if (finding.state === 'blocked') problems += 1
  }
  return problems > 0 ? 1 : 0
})

/** @param {import('./lib/finding.mjs').Finding<unknown>} finding */
function tell(finding) {
  switch (finding.state) {
    case 'ready':
      return ready(finding.text)
    case 'todo':
      return doing(finding.text)
    case 'blocked':
      return blocked(finding)
  }
}
