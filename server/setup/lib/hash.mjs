import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/**
 * One hash over the names and contents of files and folders, the same on every machine and in
 * whatever order a folder lists its entries. A path that is not there counts as empty.
 * @param {string} base names are taken relative to it
 * @param {string[]} paths
 * @param {(name: string) => boolean} [isIncluded] asked of every file and folder name
 */
export function hashOf(base, paths, isIncluded = () => true) {
  const hash = createHash('sha256')
  const files = paths.flatMap((path) => filesUnder(join(base, path), isIncluded)).sort()
  for (const file of files) {
    const content = readFileSync(file, 'latin1')
    hash.update(`${relative(base, file).split(sep).join('/')}\0${content.length}\0`).update(content, 'latin1')
  }
  return hash.digest('hex').slice(0, 16)
}

/** @param {string} path @param {(name: string) => boolean} isIncluded @returns {string[]} */
function filesUnder(path, isIncluded) {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .filter(isIncluded)
    .flatMap((name) => filesUnder(join(path, name), isIncluded))
}
