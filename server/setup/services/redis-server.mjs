import { spawn, spawnSync } from 'node:child_process'
import { chownSync, closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { makePrivateDir, runAs } from '../lib/account.mjs'
import { SetupProblem } from '../lib/finding.mjs'
import { isAlive, stopProcess, until } from '../lib/processes.mjs'
import { which } from '../lib/which.mjs'

/**
 * A private Redis: its folder, its program and its password.
 * @typedef {object} RedisInstance
 * @property {string} dir holds `redis.conf`, `redis.pid`, `log` and the append-only files
 * @property {string} program redis-server or valkey-server
 * @property {string} password
 * @property {import('../lib/account.mjs').Account | undefined} account
 */

/** Sharded pub/sub, which carries room events between nodes, came with Redis 7. */
export const REDIS_MAJOR_MIN = 7
// Reading a large append-only file may take minutes; a start that fails ends at once.
const START_TIMEOUT_MS = 10 * 60_000
const STOP_TIMEOUT_MS = 10_000
const PING_TIMEOUT_MS = 500

/**
 * The Redis and Valkey servers in PATH.
 * @returns {{ program: string, version: string, major: number }[]}
 */
export function findRedisServers() {
  const programs = ['redis-server', 'valkey-server'].map((name) => which(name))
  return programs
    .filter((program) => program !== undefined)
    .map((program) => {
      const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' })
      const version = /v=([\d.]+)/.exec(stdout ?? '')?.[1] ?? 'unknown'
      return { program, version, major: Number.parseInt(version, 10) || 0 }
    })
}

/**
 * Starts the server, or adopts the one that an earlier, killed run left behind on this port.
 * @param {RedisInstance} instance
 * @param {{ port: number, adopt?: number | undefined }} options `adopt`: the port it had last time
 * @returns {Promise<{ pid: number, port: number }>}
 */
export async function startRedis(instance, { port, adopt }) {
  const pidLeft = readPid(instance)
  if (adopt && pidLeft && isAlive(pidLeft) && (await isServing(adopt, instance.password))) {
    return { pid: pidLeft, port: adopt }
  }
  makePrivateDir(instance.dir, instance.account)
  const pid = spawnRedis(instance, writeConfig(instance, port))
  await until(async () => (await isServing(port, instance.password)) || !isAlive(pid), START_TIMEOUT_MS)
  if (await isServing(port, instance.password)) return { pid, port }
  const log = join(instance.dir, 'log')
  throw new SetupProblem({
    text: `Redis did not start: ${readFileSync(log, 'utf8').trim().split('\n').at(-1)}`,
    why: 'Shelfcast holds stock and carries room events in Redis.',
    fix: `tail -30 ${log}`,
  })
}

/**
 * A file rather than flags, so that `ps` does not show the password.
 * @param {RedisInstance} instance
 * @param {number} port
 */
function writeConfig({ dir, password, account }, port) {
  const file = join(dir, 'redis.conf')
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `requirepass ${password}`,
    `dir ${JSON.stringify(dir)}`,
    `pidfile ${JSON.stringify(join(dir, 'redis.pid'))}`,
    'appendonly yes',
    'appendfsync everysec',
    // A full memory must refuse, not drop holds and streams.
    'maxmemory-policy noeviction',
  ]
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 })
  if (account) chownSync(file, account.uid, account.gid)
  return file
}

/** @param {RedisInstance} instance @param {string} config */
function spawnRedis({ program, dir, account }, config) {
  const log = openSync(join(dir, 'log'), 'a')
  const child = spawn(program, [config], { ...runAs(account), detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  child.once('error', () => {})
  child.unref()
  return child.pid ?? 0
}

/** @param {RedisInstance} instance */
function readPid({ dir }) {
  try {
    return Number(readFileSync(join(dir, 'redis.pid'), 'utf8')) || undefined
  } catch {
    return undefined
  }
}

/** On SIGTERM Redis writes out its append-only file before it goes. @param {number} pid */
export const stopRedis = (pid) => stopProcess(pid, 'SIGTERM', STOP_TIMEOUT_MS)

/** @param {RedisInstance} instance @param {number} port */
export const redisUrlOf = ({ password }, port) =>
  `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}/0`

/**
 * Whether the Redis behind this port takes our password, so that another one is never taken for ours.
 * @param {number} port
 * @param {string} password
 * @returns {Promise<boolean>}
 */
function isServing(port, password) {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: PING_TIMEOUT_MS })
    let said = ''
    /** @param {boolean} serving */
    const end = (serving) => {
      socket.destroy()
      resolve(serving)
    }
    socket.once('connect', () => socket.write(`AUTH ${password}\r\nPING\r\n`))
    socket.on('data', (data) => {
      said += data
      if (said.includes('+PONG')) end(true)
      else if (said.includes('-')) end(false)
    })
    socket.once('error', () => end(false))
    socket.once('timeout', () => end(false))
    socket.once('close', () => end(false))
  })
}
