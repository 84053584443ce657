import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 50

/** @param {number} pid */
export function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it exists, and belongs to someone else.
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}

/** The command line of a process, empty when it cannot be known. @param {number} pid */
export const commandOf = (pid) => readProc(pid, 'cmdline')?.replaceAll('\0', ' ').trim() ?? ps(pid, 'args=')

/** The name of the program that a process runs, empty when it cannot be known. @param {number} pid */
export const programOf = (pid) => readProc(pid, 'comm')?.trim() ?? basename(ps(pid, 'comm='))

/** Linux tells in files, also where `ps` is not installed. @param {number} pid @param {string} file */
function readProc(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return undefined
  }
}

/** @param {number} pid @param {string} column */
const ps = (pid, column) =>
  spawnSync('ps', ['-p', String(pid), '-o', column], { encoding: 'utf8' }).stdout?.trim() ?? ''

/**
 * Polls until `done` says so.
 * @param {() => boolean | Promise<boolean>} done
 * @param {number} timeoutMs
 * @returns {Promise<boolean>} false when the time ran out
 */
export async function until(done, timeoutMs) {
  const deadlineMs = Date.now() + timeoutMs
  while (!(await done())) {
    if (Date.now() > deadlineMs) return false
    await sleep(POLL_MS)
  }
  return true
}

/**
 * Asks a process to end and, when it does not in time, ends it.
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 * @param {number} timeoutMs
 */
export async function stopProcess(pid, signal, timeoutMs) {
  if (!send(pid, signal)) return
  if (await until(() => !isAlive(pid), timeoutMs)) return
  send(pid, 'SIGKILL')
  await until(() => !isAlive(pid), timeoutMs)
}

/** @param {number} pid @param {NodeJS.Signals} signal @returns {boolean} false when it is gone already */
export function send(pid, signal) {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}
