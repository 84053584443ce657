/**
 * `npm start`: makes a fresh machine ready and serves. `npm run dev` (`--watch`) also starts the
 * server anew and rebuilds the clients as their sources change.
 */
import { runChild } from './lib/child.mjs'
import { entry } from './lib/entry.mjs'
import { withEnvFile } from './lib/env.mjs'
import { SetupProblem, settle } from './lib/finding.mjs'
import { dataDirOf, inRoot } from './lib/paths.mjs'
import { doing, ready, say, secondsSince } from './lib/report.mjs'
import { claim, noteServer } from './lib/running.mjs'
import { stopOnSignals } from './lib/stopping.mjs'
import { SERVER_FLAGS, typeScript, watchedTypeScript } from './lib/typescript.mjs'
import { runPostgres, runRedis } from './services/run.mjs'
import { findClientBuild } from './steps/client.mjs'
import { findDependencies, npmCommand } from './steps/dependencies.mjs'
import { findFfmpeg } from './steps/ffmpeg.mjs'
import { findNode } from './steps/node.mjs'
import { findPorts } from './steps/ports.mjs'
import { findPostgres } from './steps/postgres.mjs'
import { findRedis } from './steps/redis.mjs'
import { findWorker } from './worker/find.mjs'

const SERVER_GRACE_MS = 15_000
const startedMs = Date.now()
const isWatching = process.argv.includes('--watch')

await entry(async () => {
  const env = withEnvFile(inRoot('.env'), process.env)
  const dataDir = dataDirOf(env)
  await settle(findNode)
  const release = await claim(dataDir)
  try {
    await settle(() => findPorts({ env }))
    return await prepareAndServe({ env, dataDir })
  } finally {
    release()
  }
})

/** @param {{ env: NodeJS.ProcessEnv, dataDir: string }} context */
async function prepareAndServe(context) {
  // Redis first: it may need a human, who should not wait for a build to hear of it.
  const redis = await settle(() => findRedis(context))
  await settle(findDependencies)
  const worker = await settle(() => findWorker(context.env))
  const postgres = await settle(() => findPostgres(context))
  await settle(findClientBuild)
  const isDemo = context.env.DEMO !== '0' && context.env.NODE_ENV !== 'production'
  const ffmpeg = await settle(() => findFfmpeg(context.env))

  const signals = stopOnSignals()
  /** @type {import('./services/run.mjs').Running[]} */
  const services = []
  try {
    const database = await runPostgres(postgres, context.dataDir)
    services.push(database)
    const memory = await runRedis(redis, context.dataDir)
    services.push(memory)
    ready(`services run (${secondsSince(startedMs)} so far)`)
    const env = {
      ...context.env,
      DEMO: context.env.DEMO || (isDemo ? '1' : '0'),
      FFMPEG_BIN: ffmpeg,
      DATABASE_URL: database.url,
      REDIS_URL: memory.url,
      DATA_DIR: context.dataDir,
      MEDIASOUP_WORKER_BIN: worker,
    }
    return await serve(env, { ...signals, graceMs: SERVER_GRACE_MS })
  } finally {
    // The server is gone by now; its data stays.
    await Promise.all(services.map((service) => service.stop()))
    if (signals.stop.aborted) ready('stopped; the data is kept')
  }
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {{ stop: AbortSignal, force: AbortSignal, graceMs: number }} stopping
 * @returns {Promise<number>} the exit code: 0 when it was asked to stop
 */
async function serve(env, stopping) {
  const options = { env, ...stopping }
  await runStep('server/src/cli/migrate.ts', options)
  if (env.DEMO !== '0') await runStep('server/src/cli/seed.ts', options)
  const running = [runServer(options), ...(isWatching ? [watchClient(options)] : [])]
  const code = await Promise.race(running)
  if (stopping.stop.aborted) {
    await Promise.all(running)
    return 0
  }
  say(`  the server ended by itself with code ${code}`)
  return code || 1
}

/** @param {Parameters<typeof runChild>[2]} options */
function runServer(options) {
  const main = 'server/src/main.ts'
  return runChild(
    process.execPath,
    isWatching ? watchedTypeScript(main) : [...SERVER_FLAGS, ...typeScript(main)],
    {
      ...options,
      onPid: (pid) => noteServer(dataDirOf(options.env), pid),
    },
  )
}

/** @param {Parameters<typeof runChild>[2]} options */
function watchClient(options) {
  doing('watching the client apps')
  const [command, ...args] = npmCommand()
  return runChild(command, [...args, 'run', 'dev', '-w', 'client'], options)
}

/**
 * @param {string} file
 * @param {Parameters<typeof runChild>[2]} options
 * @throws {SetupProblem} when it fails, unless that is because we were told to stop
 */
async function runStep(file, options) {
  const code = await runChild(process.execPath, typeScript(file), options)
  if (code === 0 || options.stop.aborted) return
  throw new SetupProblem({
    text: `${file} ended with code ${code}`,
    why: 'The server cannot serve from a database that is not prepared.',
    fix: 'Read what it said above; npm run doctor shows the rest.',
  })
}
