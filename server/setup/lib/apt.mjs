import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { CommandFailed, runLogged } from './command.mjs'
import { SetupProblem } from './finding.mjs'
import { logFile } from './paths.mjs'
import { stopwatch } from './report.mjs'
import { which } from './which.mjs'

const hasApt = () => which('apt-get') !== undefined

/** Whether set-up may install packages itself. */
export const canApt = () => process.getuid?.() === 0 && hasApt()

/**
 * The one line with which a human installs something, on the systems we know.
 * @param {{ apt: string, brew?: string, other: string }} packages
 */
export function installLine({ apt, brew, other }) {
  if (process.platform === 'darwin' && brew) return `brew install ${brew}`
  if (hasApt()) return `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${apt}`
  return `Install ${other} with your system's package manager.`
}

/**
 * Installs Debian packages and starts no service.
 * @param {string[]} packages
 * @throws {SetupProblem}
 */
export async function aptInstall(packages) {
  const log = logFile('apt')
  const stop = stopwatch(`apt-get install ${packages[0]}${packages.length > 1 ? ' …' : ''}`)
  const release = holdServices()
  try {
    if (!hasPackageLists()) await aptGet(log, 'update')
    await aptGet(log, 'install', ...packages).catch(async () => {
      // Lists go stale: a version they name may have left the mirror.
      await aptGet(log, 'update')
      await aptGet(log, 'install', ...packages)
    })
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error
    throw new SetupProblem({
      text: `apt-get could not install ${packages.join(' ')}: ${error.tail.at(-1) ?? error.message}`,
      why: `What it said is in ${log}.`,
      fix: `apt-get update && apt-get install -y ${packages.join(' ')}`,
    })
  } finally {
    release()
    stop()
  }
}

/** @param {string} log @param {string[]} args */
const aptGet = (log, ...args) =>
  runLogged('apt-get', ['-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    log,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })

function hasPackageLists() {
  const lists = '/var/lib/apt/lists'
  return existsSync(lists) && readdirSync(lists).some((name) => name.includes('_Packages'))
}

const POLICY = '/usr/sbin/policy-rc.d'
const OUR_POLICY =
  '#!/bin/sh\n# Written by Shelfcast set-up for one apt-get run; remove it if that run was killed.\nexit 101\n'

/**
 * Debian starts a service as soon as its package is installed, unless this file says no
 * (invoke-rc.d(8)). One of somebody else, as in containers, is left alone. Ours must not stay, or
 * no service of this machine would start at an install again: a Ctrl-C takes it along.
 * @returns {() => void} takes our word back
 */
function holdServices() {
  if (existsSync(POLICY) && readFileSync(POLICY, 'utf8') !== OUR_POLICY) return () => {}
  writeFileSync(POLICY, OUR_POLICY, { mode: 0o755 })
  const release = () => rmSync(POLICY, { force: true })
  const releaseAndGo = () => {
    release()
    process.exit(1)
  }
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
  for (const signal of signals) process.once(signal, releaseAndGo)
  return () => {
    for (const signal of signals) process.off(signal, releaseAndGo)
    release()
  }
}
