import { keepPort, keptPort } from '../lib/keep.mjs'
import { freePortLike } from '../lib/ports.mjs'
import { startCluster, stopCluster, urlOf } from './postgres-cluster.mjs'
import { redisUrlOf, startRedis, stopRedis } from './redis-server.mjs'

/**
 * A service in use: where it is, and how to stop it if it was started here.
 * @typedef {{ url: string, stop: () => Promise<void> }} Running
 */

/** Someone else's service is used and left alone. @param {string} url @returns {Running} */
const given = (url) => ({ url, stop: async () => {} })

/**
 * @param {import('../steps/postgres.mjs').Postgres} postgres
 * @param {string} dataDir
 * @param {Record<string, string>} [settings]
 * @returns {Promise<Running>}
 */
export async function runPostgres(postgres, dataDir, settings = {}) {
  if (postgres.kind === 'given') return given(postgres.url)
  const wanted = await freePortLike(keptPort(dataDir, 'postgres'))
  const cluster = postgres.open()
  const { pid, port } = await startCluster(cluster, { port: wanted, settings })
  keepPort(dataDir, 'postgres', port)
  return { url: urlOf(cluster, port), stop: () => stopCluster(pid) }
}

/**
 * @param {import('../steps/redis.mjs').Redis} redis
 * @param {string} dataDir
 * @returns {Promise<Running>}
 */
export async function runRedis(redis, dataDir) {
  if (redis.kind === 'given') return given(redis.url)
  const last = keptPort(dataDir, 'redis')
  const instance = redis.open()
  const { pid, port } = await startRedis(instance, { port: await freePortLike(last), adopt: last })
  keepPort(dataDir, 'redis', port)
  return { url: redisUrlOf(instance, port), stop: () => stopRedis(pid) }
}
