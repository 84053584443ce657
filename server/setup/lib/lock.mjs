import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isAlive, until } from './processes.mjs'

const WAIT_MS_MAX = 30 * 60_000

/**
 * Runs `work` while no other process holds the lock; waits for one that does. A holder that died
 * does not count.
 * @template T
 * @param {string} path a folder, made to take the lock
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, work) {
  if (!(await until(() => take(path), WAIT_MS_MAX))) throw new Error(`${path} has been held for too long`)
  try {
    return await work()
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
}

/** @param {string} path */
function take(path) {
  try {
    mkdirSync(dirname(path), { recursive: true })
    mkdirSync(path)
    writeFileSync(join(path, 'pid'), String(process.pid))
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
    if (holderIsDead(path)) rmSync(path, { recursive: true, force: true })
    return false
  }
}

/** @param {string} path */
function holderIsDead(path) {
  try {
    const pid = Number(readFileSync(join(path, 'pid'), 'utf8'))
    return pid > 0 && !isAlive(pid)
  } catch {
    // Taken this instant: the pid comes next.
    return false
  }
}
