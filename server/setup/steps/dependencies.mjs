import { existsSync, readFileSync } from 'node:fs'
import { CommandFailed, runLogged } from '../lib/command.mjs'
import { SetupProblem } from '../lib/finding.mjs'
import { inRoot, logFile, root } from '../lib/paths.mjs'
import { stopwatch } from '../lib/report.mjs'

/** @typedef {{ version?: string, optional?: boolean, os?: string[], cpu?: string[] }} LockedPackage */
/** @typedef {Record<string, LockedPackage>} LockedPackages */

/**
 * Whether node_modules is what package-lock.json says. npm writes what it has installed into a
 * lockfile of its own, so the two are compared instead of a stamp that only set-up would renew.
 * @returns {import('../lib/finding.mjs').Finding}
 */
export function findDependencies() {
  const wanted = readPackages('package-lock.json')
  const installed = readPackages('node_modules/.package-lock.json')
  const reason = installed ? outOfStep(wanted ?? {}, installed) : 'nothing is installed'
  if (!reason) return { state: 'ready', text: 'npm packages as package-lock.json says', value: undefined }
  return { state: 'todo', text: `npm packages: ${reason}; running npm ci`, repair: npmCi }
}

/** @param {string} path @returns {LockedPackages | undefined} */
function readPackages(path) {
  return existsSync(inRoot(path)) ? JSON.parse(readFileSync(inRoot(path), 'utf8')).packages : undefined
}

/**
 * The first difference that matters, in words. A package for another platform may be absent.
 * @param {LockedPackages} wanted
 * @param {LockedPackages} installed
 * @returns {string | undefined}
 */
export function outOfStep(wanted, installed) {
  for (const [path, entry] of Object.entries(wanted)) {
    const found = installed[path]
    const name = path.split('node_modules/').at(-1)
    const mayBeAbsent = path === '' || entry.optional || entry.os || entry.cpu
    if (!found && !mayBeAbsent) return `${name} is missing`
    if (found && found.version !== entry.version)
      return `${name} is ${found.version} instead of ${entry.version}`
  }
  return undefined
}

async function npmCi() {
  const stop = stopwatch('npm ci')
  const [command, ...args] = npmCommand()
  /** @type {string[]} */
  const errors = []
  try {
    await runLogged(command, [...args, 'ci', '--no-audit', '--no-fund'], {
      log: logFile('npm-ci'),
      cwd: root,
      // mediasoup's postinstall leaves the worker to set-up when it is told of one.
      env: { ...process.env, MEDIASOUP_WORKER_BIN: process.env.MEDIASOUP_WORKER_BIN || 'made-by-set-up' },
      onLine: (line) => line.startsWith('npm error ') && errors.push(line.slice('npm error '.length)),
    })
  } catch (error) {
    throw error instanceof CommandFailed ? npmProblem(error, errors) : error
  } finally {
    stop()
  }
}

/** The npm that started us, else the one in PATH. @returns {[string, ...string[]]} */
export function npmCommand() {
  const path = process.env.npm_execpath
  return path?.endsWith('.js') ? [process.execPath, path] : ['npm']
}

/** @param {CommandFailed} error @param {string[]} errors what npm said, its code first */
function npmProblem(error, errors) {
  const isOutOfSync = errors[0] === 'code EUSAGE'
  return new SetupProblem({
    text: `npm ci failed: ${errors.find((line) => !line.startsWith('code ')) ?? error.message}`,
    why: `Nothing runs without its packages. What npm said is in ${error.log}.`,
    fix: isOutOfSync ? 'npm install   (brings package-lock.json back in step)' : 'npm ci',
  })
}
