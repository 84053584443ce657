/**
 * `npm test [-- path …]`: makes the machine ready, with Chromium, and runs the tests against a
 * Postgres and a Redis of their own that are gone afterwards. Arguments go to vitest.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runChild } from './lib/child.mjs'
import { entry } from './lib/entry.mjs'
import { settle } from './lib/finding.mjs'
import { inRoot } from './lib/paths.mjs'
import { say } from './lib/report.mjs'
import { tally } from './lib/tally.mjs'
import { temporaryContext, withTemporaryServices } from './services/temporary.mjs'
import { findChromium } from './steps/chromium.mjs'
import { findClientBuild } from './steps/client.mjs'
import { findCoturn } from './steps/coturn.mjs'
import { findDependencies } from './steps/dependencies.mjs'
import { findFfmpeg } from './steps/ffmpeg.mjs'
import { findGStreamer } from './steps/gstreamer.mjs'
import { findNode } from './steps/node.mjs'
import { findRedis } from './steps/redis.mjs'
import { findWorker } from './worker/find.mjs'

const VITEST_GRACE_MS = 10_000

/** Nothing here outlives the run, so nothing has to reach the disk; a killed process loses nothing by it. */
const FORGETFUL = { fsync: 'off', full_page_writes: 'off' }

await entry(async () => {
  const context = temporaryContext()
  await settle(findNode)
  // First what may need a human, who should not wait for a build to hear of it.
  const chromium = await settle(() => findChromium(process.env))
  const redis = await settle(() => findRedis(context))
  await settle(findDependencies)
  const worker = await settle(() => findWorker(process.env))
  await settle(findClientBuild)
  const ffmpeg = await settle(() => findFfmpeg(process.env))
  await settle(findGStreamer)
  await settle(findCoturn)
  const tools = { FFMPEG_BIN: ffmpeg, MEDIASOUP_WORKER_BIN: worker, CHROMIUM_BIN: chromium, NODE_ENV: 'test' }
  return withTemporaryServices(context, { redis, settings: FORGETFUL }, (env, stop) =>
    runTests({ ...process.env, ...tools, ...env }, stop),
  )
})

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
