import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** @param {string} file */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

/**
 * The first of the named programs that PATH has. Debian keeps servers in sbin folders that an
 * unprivileged PATH may lack, so those are looked at too.
 * @param {string[]} names
 * @returns {string | undefined}
 */
export function which(...names) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin']
  for (const name of names) {
    const found = folders
      .filter(Boolean)
      .map((folder) => join(folder, name))
      .find(isExecutable)
    if (found) return found
  }
  return undefined
}
