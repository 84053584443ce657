import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeDataDir } from './account.mjs'
import { SetupProblem } from './finding.mjs'
import { writeAtomically } from './keep.mjs'
import { commandOf, isAlive } from './processes.mjs'

/**
 * Makes the data folder and claims it for this run, so that a second one does not adopt and later stop the
 * services of the first.
 * @param {string} dataDir
 * @returns {() => void} gives it back
 * @throws {SetupProblem} when another run has it
 */
export function claim(dataDir) {
  makeDataDir(dataDir)
  const file = join(dataDir, 'running.pid')
  const holder = readPid(file)
  if (holder && holder !== process.pid && isAlive(holder) && /start\.mjs/.test(commandOf(holder))) {
    throw new SetupProblem({
      text: `Shelfcast is already running on ${dataDir} (pid ${holder})`,
      why: 'Two servers on one data folder would stop each other’s Postgres and Redis.',
      fix: `kill ${holder}   (or DATA_DIR=another-folder PORT=8081 npm start)`,
    })
  }
  writeAtomically(file, `${process.pid}\n`)
  return () => rmSync(file, { force: true })
}

/** @param {string} file */
function readPid(file) {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined
  } catch {
    return undefined
  }
}
