import { join } from 'node:path'
import { serviceAccount, servicesDirFor } from '../lib/account.mjs'
import { aptInstall, canApt, installLine } from '../lib/apt.mjs'
import { runLogged } from '../lib/command.mjs'
import { keptSecret } from '../lib/keep.mjs'
import { logFile, shown } from '../lib/paths.mjs'
import { findRedisServers, REDIS_MAJOR_MIN } from '../services/redis-server.mjs'
import { findGiven } from './given-service.mjs'

const WHY = 'Shelfcast holds stock and carries room events in Redis.'

/**
 * `open` makes or reads the password.
 * @typedef {{ kind: 'given', url: string } | { kind: 'own', open: () => import('../services/redis-server.mjs').RedisInstance }} Redis
 */

/**
 * Redis: the one that REDIS_URL names, else a private one in the data folder.
 * @param {{ env: NodeJS.ProcessEnv, dataDir: string }} context
 * @returns {Promise<import('../lib/finding.mjs').Finding<Redis>>}
 */
export async function findRedis({ env, dataDir }) {
  const url = env.REDIS_URL
  return url
    ? findGiven({ name: 'Redis', variable: 'REDIS_URL', url, port: 6379, why: WHY })
    : findOwn(dataDir)
}

/** @param {string} dataDir @returns {import('../lib/finding.mjs').Finding<Redis>} */
function findOwn(dataDir) {
  const servers = findRedisServers()
  const server = servers.find(({ major }) => major >= REDIS_MAJOR_MIN)
  if (!server) return servers[0] ? tooOld(servers[0].version) : noServer()

  const account = serviceAccount()
  const dir = join(servicesDirFor(dataDir, account), 'redis')
  return {
    state: 'ready',
    text: `Redis ${server.version} (${server.program}), data in ${shown(dir)}`,
    value: {
      kind: 'own',
      open: () => ({ dir, program: server.program, password: keptSecret(dataDir, 'redis'), account }),
    },
  }
}

/** @returns {import('../lib/finding.mjs').Todo | import('../lib/finding.mjs').Blocked} */
function noServer() {
  if (canApt()) {
    return {
      state: 'todo',
      text: 'Redis is not on this machine; installing it with apt-get',
      repair: installRedis,
    }
  }
  return {
    state: 'blocked',
    text: 'Redis is not on this machine',
    why: WHY,
    fix: installLine({ apt: 'redis-server', brew: 'redis', other: 'Redis 7 or Valkey' }),
  }
}

/** Takes the program and leaves the machine's own Redis service off, now and after a reboot. */
async function installRedis() {
  await aptInstall(['redis-server'])
  await runLogged('update-rc.d', ['redis-server', 'disable'], { log: logFile('apt') })
}

/** @param {string} version @returns {import('../lib/finding.mjs').Blocked} */
const tooOld = (version) => ({
  state: 'blocked',
  text: `Redis ${version} is too old: it must be ${REDIS_MAJOR_MIN} or newer`,
  why: `${WHY} It uses sharded pub/sub, which came with Redis 7.`,
  fix: 'Install Redis 7 or Valkey (https://redis.io/docs/install), or set REDIS_URL to one.',
})
