import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive, programOf } from '../lib/processes.mjs'

/** @typedef {{ pid: number, port: number, isReady: boolean }} Postmaster */

/**
 * Reads postmaster.pid: pid, data folder, start time, port, socket folder, address, shared memory
 * and, once connections are accepted, `ready` (Postgres: src/include/utils/pidfile.h).
 * @param {string} text
 * @returns {Postmaster | undefined}
 */
export function parsePostmasterPid(text) {
  const lines = text.split('\n').map((line) => line.trim())
  // A standalone backend leaves its pid negated; it accepts no connections.
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  return { pid, port: Number(lines[3]) || 0, isReady: lines[7] === 'ready' }
}

/** @param {string} dataFolder @returns {Postmaster | undefined} */
function readPostmaster(dataFolder) {
  try {
    return parsePostmasterPid(readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8'))
  } catch {
    return undefined
  }
}

/** The Postgres that serves this folder now. @param {string} dataFolder @returns {Postmaster | undefined} */
export function runningPostmaster(dataFolder) {
  const postmaster = readPostmaster(dataFolder)
  return postmaster && isAlive(postmaster.pid) && isPostgres(postmaster.pid) ? postmaster : undefined
}

/**
 * Removes a pid file whose pid has since been given to another program: Postgres would take that
 * one for itself and refuse to start. A pid file whose pid is dead is left, since Postgres checks
 * then that no child of the dead one still holds the shared memory.
 * @param {string} dataFolder
 */
export function forgetStalePostmaster(dataFolder) {
  const postmaster = readPostmaster(dataFolder)
  if (postmaster && isAlive(postmaster.pid) && !isPostgres(postmaster.pid)) {
    rmSync(join(dataFolder, 'postmaster.pid'), { force: true })
  }
}

/** In doubt yes: two servers on one folder would ruin it. @param {number} pid */
const isPostgres = (pid) => /^(postgres|postmaster|)$/.test(programOf(pid))
