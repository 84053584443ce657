import { spawnSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CommandFailed, runLogged } from '../lib/command.mjs'
import { SetupProblem } from '../lib/finding.mjs'
import { inRoot, logFile } from '../lib/paths.mjs'
import { counter } from '../lib/report.mjs'
import { ensureBuildTools } from './build-tools.mjs'
import { applyPatches } from './patches.mjs'
import { MESON_OPTIONS, SHIMS } from './recipe.mjs'

/**
 * Builds the worker from the sources in mediasoup's npm package with the distribution's libraries;
 * shims/README.md says how. Takes about four minutes on two cores.
 * @param {string} folder an empty one
 * @returns {Promise<string>} the worker's path
 * @throws {SetupProblem}
 */
export async function buildWorker(folder) {
  await ensureBuildTools()
  const source = join(folder, 'source')
  const build = join(folder, 'build')
  cpSync(inRoot('node_modules/mediasoup/worker'), source, { recursive: true })
  applyPatches(source)
  installShims(source)
  try {
    await compile(source, build)
  } catch (error) {
    throw error instanceof CommandFailed ? buildProblem(error) : error
  }
  const worker = join(build, 'mediasoup-worker')
  spawnSync('strip', [worker])
  return worker
}

/** Puts each shim where Meson would have unpacked the download that the wrap file describes. @param {string} source */
function installShims(source) {
  for (const { name } of readdirSync(SHIMS, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    const wrap = readFileSync(join(source, 'subprojects', `${name}.wrap`), 'utf8')
    const directory = /^directory *= *(.+)$/m.exec(wrap)?.[1]
    if (!directory) throw new Error(`${name}.wrap names no directory`)
    cpSync(join(SHIMS, name), join(source, 'subprojects', directory.trim()), { recursive: true })
  }
}

/** @param {string} source @param {string} build */
async function compile(source, build) {
  const log = logFile('mediasoup-worker')
  await runLogged('meson', ['setup', ...MESON_OPTIONS, build, source], { log })
  const count = counter("building mediasoup's worker")
  await runLogged('ninja', ['-C', build, 'mediasoup-worker'], {
    log,
    onLine: (line) => {
      const step = /^\[(\d+)\/(\d+)\]/.exec(line)
      if (step) count(Number(step[1]), Number(step[2]))
    },
  })
}

/** @param {CommandFailed} error */
function buildProblem(error) {
  const said = error.tail.find((line) => /error/i.test(line)) ?? error.tail.at(-1) ?? ''
  return new SetupProblem({
    text: `mediasoup's worker does not build: ${said.trim()}`,
    why: "mediasoup's worker carries all video, and no prebuilt one could be downloaded.",
    fix: `tail -50 ${error.log}`,
  })
}
