import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeDataDir } from './account.mjs'
import { SetupProblem } from './finding.mjs'
import { writeAtomically } from './keep.mjs'
import { commandOf, isAlive, stopProcess } from './processes.mjs'
import { doing } from './report.mjs'

const LEFT_SERVER_GRACE_MS = 15_000

/**
 * Makes the data folder and claims it for this run, so that a second one does not adopt, and later
 * stop, the services of the first. A server that a killed run left behind is stopped.
 * @param {string} dataDir
 * @returns {Promise<() => void>} gives it back
 * @throws {SetupProblem} when another run has it
 */
export async function claim(dataDir) {
  makeDataDir(dataDir)
  const holder = holderOf(dataDir)
  if (holder && holder !== process.pid) throw alreadyRunning(dataDir, holder)
  writeAtomically(join(dataDir, 'running.pid'), `${process.pid}\n`)
  await stopLeftServer(dataDir)
  return () => {
    for (const name of ['running.pid', 'server.pid']) rmSync(join(dataDir, name), { force: true })
  }
}

/** Whether `npm start` runs on this data folder. @param {string} dataDir */
export const isClaimed = (dataDir) => holderOf(dataDir) !== undefined

/** @param {string} dataDir */
const holderOf = (dataDir) => livePid(join(dataDir, 'running.pid'), /(start|backup)\.mjs/)

/** Remembers the server, should this run be killed before it can stop it. @param {string} dataDir @param {number} pid */
export const noteServer = (dataDir, pid) => writeAtomically(join(dataDir, 'server.pid'), `${pid}\n`)

/** @param {string} dataDir */
async function stopLeftServer(dataDir) {
  const pid = livePid(join(dataDir, 'server.pid'), /main\.ts/)
  if (!pid) return
  doing(`stopping a server that an earlier run left behind (pid ${pid})`)
  await stopProcess(pid, 'SIGTERM', LEFT_SERVER_GRACE_MS)
}

/**
 * The pid in a file, when it still is the program that the file is about.
 * @param {string} file
 * @param {RegExp} program
 */
function livePid(file, program) {
  const pid = readPid(file)
  return pid && isAlive(pid) && program.test(commandOf(pid)) ? pid : undefined
}

/** @param {string} file */
function readPid(file) {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined
  } catch {
    return undefined
  }
}

/** @param {string} dataDir @param {number} holder */
const alreadyRunning = (dataDir, holder) =>
  new SetupProblem({
    text: `Shelfcast is already running on ${dataDir} (pid ${holder})`,
    why: 'Two servers on one data folder would stop the services that the other one needs.',
    fix: `kill ${holder}   (or DATA_DIR=another-folder PORT=8081 npm start)`,
  })
