import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { SetupProblem } from '../lib/finding.mjs'
import { withLock } from '../lib/lock.mjs'
import { doing } from '../lib/report.mjs'
import { buildWorker } from './build.mjs'
import { buildOutlook } from './build-tools.mjs'
import { downloadWorker } from './prebuilt.mjs'
import { loads, smoke } from './prove.mjs'
import { cachedWorkerPath, mediasoupVersion } from './recipe.mjs'

const WHY = "mediasoup's worker carries all video."

/**
 * mediasoup's worker: the one that the environment names, else the cached one, else one to be
 * downloaded or built.
 * @param {NodeJS.ProcessEnv} env
 * @returns {import('../lib/finding.mjs').Finding<string>} its path
 */
export function findWorker(env) {
  const given = env.MEDIASOUP_WORKER_BIN
  if (given) return givenWorker(given)
  const cached = cachedWorkerPath()
  const version = mediasoupVersion()
  if (loads(cached)) return { state: 'ready', text: `mediasoup worker ${version} (${cached})`, value: cached }
  if (process.platform !== 'linux' && process.platform !== 'darwin') return unsupported()
  const otherwise = process.platform === 'linux' ? `, ${buildOutlook()}` : ''
  return {
    state: 'todo',
    text: `mediasoup worker ${version} is not here yet: it is downloaded${otherwise}`,
    repair: () => provide(cached, version),
  }
}

/** @param {string} given @returns {import('../lib/finding.mjs').Finding<string>} */
function givenWorker(given) {
  if (loads(given))
    return { state: 'ready', text: `mediasoup worker ${given} (MEDIASOUP_WORKER_BIN)`, value: given }
  return {
    state: 'blocked',
    text: `MEDIASOUP_WORKER_BIN names ${given}, which does not run`,
    why: WHY,
    fix: 'unset MEDIASOUP_WORKER_BIN',
  }
}

/** @returns {import('../lib/finding.mjs').Blocked} */
function unsupported() {
  return {
    state: 'blocked',
    text: `Shelfcast runs on Linux and macOS, and this is ${process.platform}`,
    why: `${WHY} It is not made for this system here.`,
    fix: process.platform === 'win32' ? 'wsl --install' : 'docker compose up',
  }
}

/** @param {string} target @param {string} version */
async function provide(target, version) {
  await withLock(`${dirname(target)}.lock`, async () => {
    // Another set-up may have made it while this one waited.
    if (loads(target)) return
    const folder = mkdtempSync(join(tmpdir(), 'shelfcast-worker-'))
    try {
      const worker = await obtain(version, folder)
      const wrong = smoke(worker)
      if (wrong) throw unusable(wrong)
      install(worker, target)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
}

/** @param {string} version @param {string} folder */
async function obtain(version, folder) {
  try {
    return await downloadWorker(version, folder)
  } catch (error) {
    const reason = /** @type {Error} */ (error).message
    if (process.platform !== 'linux') throw noPrebuilt(reason)
    doing(`no prebuilt worker (${reason}); building it`)
    return buildWorker(folder)
  }
}

/** In one step, so that nobody ever starts half a file. @param {string} worker @param {string} target */
function install(worker, target) {
  mkdirSync(dirname(target), { recursive: true })
  const draft = `${target}.${process.pid}.tmp`
  cpSync(worker, draft)
  renameSync(draft, target)
}

/** @param {string} reason */
const noPrebuilt = (reason) =>
  new SetupProblem({
    text: `No prebuilt mediasoup worker: ${reason}`,
    why: `${WHY} On macOS set-up does not build it.`,
    fix: 'MEDIASOUP_WORKER_BIN=/path/to/mediasoup-worker npm start',
  })

/** @param {string} wrong */
const unusable = (wrong) =>
  new SetupProblem({
    text: `The mediasoup worker that was just made cannot be used: ${wrong}`,
    why: WHY,
    fix: 'rm -rf node_modules && npm start',
  })
