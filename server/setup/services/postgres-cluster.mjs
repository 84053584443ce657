import { spawn, spawnSync } from 'node:child_process'
import {
  chownSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makePrivateDir, runAs } from '../lib/account.mjs'
import { SetupProblem } from '../lib/finding.mjs'
import { isAlive, stopProcess, until } from '../lib/processes.mjs'
import { forgetStalePostmaster, runningPostmaster } from './postmaster-pid.mjs'

/**
 * A Postgres data folder and what runs it. The role is a superuser: it owns everything in this
 * private server, and tests make databases of their own.
 * @typedef {object} Cluster
 * @property {string} dir holds `data` and `log`
 * @property {string} binDir
 * @property {string} password
 * @property {import('../lib/account.mjs').Account | undefined} account
 */

const POSTGRES_ROLE = 'shelfcast'
const POSTGRES_DATABASE = 'shelfcast'
// Recovery after a power cut may take minutes; one that fails ends at once.
const START_TIMEOUT_MS = 10 * 60_000
const STOP_TIMEOUT_MS = 15_000

/** @param {Pick<Cluster, 'dir'>} cluster */
const dataOf = ({ dir }) => join(dir, 'data')

/** @param {Pick<Cluster, 'dir'>} cluster */
export const isCreated = (cluster) => existsSync(join(dataOf(cluster), 'shelfcast-created'))

/** The major that made the folder; a data folder keeps it for life. @param {string} dir */
export function majorOf(dir) {
  const file = join(dir, 'data', 'PG_VERSION')
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : undefined
}

/**
 * Makes the data folder with its role and database. The marker comes last, so a folder that was
 * interrupted half-way is made anew.
 * @param {Cluster} cluster
 */
export function createCluster(cluster) {
  makePrivateDir(cluster.dir, cluster.account)
  rmSync(dataOf(cluster), { recursive: true, force: true })
  initdb(cluster)
  createDatabase(cluster)
  writeFileSync(join(dataOf(cluster), 'shelfcast-created'), '')
}

/** @param {Cluster} cluster */
function initdb(cluster) {
  const secretDir = mkdtempSync(join(tmpdir(), 'shelfcast-'))
  const passwordFile = join(secretDir, 'password')
  try {
    writeFileSync(passwordFile, `${cluster.password}\n`, { mode: 0o600 })
    if (cluster.account) {
      for (const path of [secretDir, passwordFile]) chownSync(path, cluster.account.uid, cluster.account.gid)
    }
    // A collation that no library upgrade can change: code points, with letters known to Unicode.
    const locale = process.platform === 'linux' ? 'C.UTF-8' : 'C'
    run(cluster, 'initdb', [
      `--pgdata=${dataOf(cluster)}`,
      `--username=${POSTGRES_ROLE}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      `--locale=${locale}`,
    ])
  } finally {
    rmSync(secretDir, { recursive: true, force: true })
  }
}

/** In single-user mode, since there may be no client on this machine. @param {Cluster} cluster */
function createDatabase(cluster) {
  run(
    cluster,
    'postgres',
    ['--single', '-D', dataOf(cluster), 'postgres'],
    `CREATE DATABASE ${POSTGRES_DATABASE}\n`,
  )
}

/** @param {Cluster} cluster @param {string} program @param {string[]} args @param {string} [input] */
function run(cluster, program, args, input) {
  const path = join(cluster.binDir, program)
  const { status, stdout, stderr, error } = spawnSync(path, args, {
    ...runAs(cluster.account),
    encoding: 'utf8',
    ...(input === undefined ? {} : { input }),
  })
  if (status === 0) return
  const said = error?.message ?? lastLine(`${stdout}\n${stderr}`)
  throw new SetupProblem({
    text: `Postgres's ${program} could not prepare ${dataOf(cluster)}: ${said}`,
    why: 'Shelfcast keeps orders, stock and money in Postgres.',
    fix: 'Correct what it says, or set DATABASE_URL to a Postgres of your own.',
  })
}

/**
 * Starts the server, or adopts the one that an earlier, killed run left behind. It listens on
 * loopback only and runs in a session of its own, so that a Ctrl-C reaches set-up first and the
 * server can finish its writes before its database goes.
 * @param {Cluster} cluster
 * @param {{ port: number, settings?: Record<string, string> }} options
 * @returns {Promise<{ pid: number, port: number }>}
 */
export async function startCluster(cluster, { port, settings = {} }) {
  forgetStalePostmaster(dataOf(cluster))
  const running = () => runningPostmaster(dataOf(cluster))
  const pid = running()?.pid ?? spawnPostmaster(cluster, port, settings)
  await until(() => running()?.isReady === true || !isAlive(pid), START_TIMEOUT_MS)
  const postmaster = running()
  if (postmaster?.isReady) return postmaster
  throw new SetupProblem({
    text: `Postgres did not start: ${lastLine(readFileSync(logOf(cluster), 'utf8'))}`,
    why: 'Shelfcast keeps orders, stock and money in Postgres.',
    fix: `tail -30 ${logOf(cluster)}`,
  })
}

/** @param {Cluster} cluster */
const logOf = ({ dir }) => join(dir, 'log')

/** @param {Cluster} cluster @param {number} port @param {Record<string, string>} settings */
function spawnPostmaster(cluster, port, settings) {
  // Not a pipe: the server would hold it open for ever.
  const log = openSync(logOf(cluster), 'a')
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    ...settings,
  }
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(
    join(cluster.binDir, 'postgres'),
    ['-D', dataOf(cluster), '-p', String(port), ...flags],
    {
      ...runAs(cluster.account),
      detached: true,
      stdio: ['ignore', log, log],
    },
  )
  closeSync(log)
  child.once('error', () => {})
  child.unref()
  return child.pid ?? 0
}

/** Fast shutdown: ends sessions, keeps every committed write. @param {number} pid */
export const stopCluster = (pid) => stopProcess(pid, 'SIGINT', STOP_TIMEOUT_MS)

/** @param {Cluster} cluster @param {number} port @param {string} [database] */
export const urlOf = (cluster, port, database = POSTGRES_DATABASE) =>
  `postgres://${POSTGRES_ROLE}:${encodeURIComponent(cluster.password)}@127.0.0.1:${port}/${database}`

/** @param {string} text */
const lastLine = (text) => text.trim().split('\n').at(-1) ?? ''
