import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * A secret that is made once and then stays with the data folder, readable by its owner only.
 * @param {string} dataDir
 * @param {string} name
 */
export function keptSecret(dataDir, name) {
  const file = join(dataDir, 'secrets', name)
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeAtomically(file, randomBytes(24).toString('base64url'), 0o600)
  }
  return readFileSync(file, 'utf8').trim()
}

/**
 * The port a service had last time. It stays, so that bookmarks and open connections survive.
 * @param {string} dataDir
 * @param {string} service
 * @returns {number | undefined}
 */
export function keptPort(dataDir, service) {
  try {
    return Number(readFileSync(portFile(dataDir, service), 'utf8')) || undefined
  } catch {
    return undefined
  }
}

/** @param {string} dataDir @param {string} service @param {number} port */
export const keepPort = (dataDir, service, port) => writeAtomically(portFile(dataDir, service), `${port}\n`)

/** @param {string} dataDir @param {string} service */
const portFile = (dataDir, service) => join(dataDir, `${service}.port`)

/** Whole or not at all, whenever the machine stops. @param {string} file @param {string} text @param {number} [mode] */
export function writeAtomically(file, text, mode = 0o644) {
  const draft = `${file}.${process.pid}.tmp`
  writeFileSync(draft, text, { mode })
  renameSync(draft, file)
}
