import { chownSync, cpSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Account, makeDataDir, serviceAccount, servicesDirFor } from '../setup/lib/account.mjs'
import { settle } from '../setup/lib/finding.mjs'
import { isAlive, send } from '../setup/lib/processes.mjs'
import { startCluster, stopCluster, urlOf } from '../setup/services/postgres-cluster.mjs'
import { redisUrlOf, startRedis, stopRedis } from '../setup/services/redis-server.mjs'
import { temporaryContext } from '../setup/services/temporary.mjs'
import { findPostgres } from '../setup/steps/postgres.mjs'
import { findRedis } from '../setup/steps/redis.mjs'
import { freePort } from '../test/ports.ts'
import { startProxy, type TcpProxy } from '../test/proxy.ts'
import { openBank } from './bank.ts'
import { comeBack, createServers } from './servers.ts'

export type Services = Awaited<ReturnType<typeof startServices>>

const SERVERS = 2

/** A Postgres, a Redis and some servers that can be killed and come back, the networks between them, and a bank. */
export async function startServices() {
  const context = temporaryContext()
  makeDataDir(context.dataDir)
  const found = {
    postgres: await settle(() => findPostgres(context)),
    redis: await settle(() => findRedis(context)),
  }
  if (found.postgres.kind !== 'own' || found.redis.kind !== 'own')
    throw new Error('a torture needs its own services')
  const cluster = found.postgres.open()
  const instance = found.redis.open()
  const ports = {
    postgres: await freePort(),
    redis: await freePort(),
  }
  const start = {
    postgres: () => startCluster(cluster, { port: ports.postgres }),
    redis: () => startRedis(instance, { port: ports.redis }),
  }
  const pids = { postgres: (await start.postgres()).pid, redis: (await start.redis()).pid }
  const network: { postgres: TcpProxy; redis: TcpProxy } = {
    postgres: await startProxy(ports.postgres),
    redis: await startProxy(ports.redis),
  }
  const servers = await createServers(SERVERS)
  const bank = await openBank(servers.urls)

  const aofDir = join(instance.dir, 'appendonlydir')
  const snapshotDir = join(instance.dir, 'snapshot')

  async function killRedis(meanwhile: () => void = () => {}): Promise<void> {
    send(pids.redis, 'SIGKILL')
    while (isAlive(pids.redis)) await wait(10)
    meanwhile()
    await comeBack(async () => {
      pids.redis = (await start.redis()).pid
    })
  }

  return {
    databaseUrl: urlOf(cluster, ports.postgres),
    redisUrl: redisUrlOf(instance, ports.redis),
    network,
    bank,
    servers,
    startServers: () =>
      servers.startAll({
        DATABASE_URL: urlOf(cluster, network.postgres.port),
        REDIS_URL: redisUrlOf(instance, network.redis.port),
        DATA_DIR: context.dataDir,
        PAYMENT_PROVIDERS: 'sandbox,stripe',
        ...bank.env,
      }),

    async killPostgres(): Promise<void> {
      send(pids.postgres, 'SIGKILL')
      while (isAlive(pids.postgres)) await wait(10)
      await comeBack(async () => {
        pids.postgres = (await start.postgres()).pid
      })
    },

    killRedis: () => killRedis(),
    /** It comes back with nothing. */
    wipeRedis: () => killRedis(() => rmSync(aofDir, { recursive: true, force: true })),
    keepSnapshot(): void {
      rmSync(snapshotDir, { recursive: true, force: true })
      cpSync(aofDir, snapshotDir, { recursive: true })
    },
    /** It comes back as it was when the snapshot was kept. */
    rollBackRedis: () =>
      killRedis(() => {
        if (!existsSync(snapshotDir)) return
        rmSync(aofDir, { recursive: true, force: true })
        cpSync(snapshotDir, aofDir, { recursive: true })
        giveTo(instance.account, aofDir)
      }),

    async stop(): Promise<void> {
      await servers.stop()
      for (const proxy of Object.values(network)) proxy.close()
      await bank.close()
      await Promise.all([stopCluster(pids.postgres), stopRedis(pids.redis)])
      for (const dir of [context.dataDir, servicesDirFor(context.dataDir, serviceAccount())]) {
        rmSync(dir, { recursive: true, force: true })
      }
    },
  }
}

/** Services of root run under another account, which has to own its files. */
function giveTo(account: Account | undefined, dir: string): void {
  if (!account) return
  for (const path of [dir, ...readdirSync(dir).map((name) => join(dir, name))]) {
    chownSync(path, account.uid, account.gid)
  }
}
