import { existsSync, readFileSync } from 'node:fs'
import { CommandFailed, runLogged } from '../lib/command.mjs'
import { SetupProblem } from '../lib/finding.mjs'
import { hashOf } from '../lib/hash.mjs'
import { writeAtomically } from '../lib/keep.mjs'
import { inRoot, logFile, root } from '../lib/paths.mjs'
import { stopwatch } from '../lib/report.mjs'
import { npmCommand } from './dependencies.mjs'

const STAMP = inRoot('client/dist/.built-from')
const NOT_SOURCES = new Set(['node_modules', 'dist'])

/**
 * Whether the client apps were built from the sources as they are now. Hashes and not times, which
 * a checkout of another branch sets at will.
 * @returns {import('../lib/finding.mjs').Finding}
 */
export function findClientBuild() {
  const now = hashOf(root, ['client', 'shared', 'package-lock.json'], (name) => !NOT_SOURCES.has(name))
  const built = existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : undefined
  if (built === now) return { state: 'ready', text: 'client apps built (client/dist)', value: undefined }
  const reason = built ? 'changed since they were built' : 'not built yet'
  return { state: 'todo', text: `client apps ${reason}; building them`, repair: () => build(now) }
}

/** @param {string} hash */
async function build(hash) {
  const stop = stopwatch('building the client apps')
  const [command, ...args] = npmCommand()
  /** @type {string[]} */
  const errors = []
  try {
    await runLogged(command, [...args, 'run', 'build', '-w', 'client'], {
      log: logFile('client-build'),
      cwd: root,
      onLine: (line) => isError(line) && errors.push(line.trim()),
    })
  } catch (error) {
    throw error instanceof CommandFailed ? buildProblem(error, errors) : error
  } finally {
    stop()
  }
  writeAtomically(STAMP, hash)
}

/** `[UNRESOLVED_IMPORT] …` from the bundler, `TypeError: …` from a plug-in, `npm error …`. @param {string} line */
const isError = (line) => /^(\[[A-Z_]+\]|\w*Error:|npm error) /.test(line)

/** @param {CommandFailed} error @param {string[]} errors */
const buildProblem = (error, errors) =>
  new SetupProblem({
    text: `The client apps do not build: ${errors[0] ?? error.message}`,
    why: `The server has no pages to serve without them. All of what it said is in ${error.log}.`,
    fix: 'npm run build -w client',
  })
