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
import { type Program, startProgram } from '../test/process.ts'
import { startProxy, type TcpProxy } from '../test/proxy.ts'
import { openBank } from './bank.ts'

export type Services = Awaited<ReturnType<typeof startServices>>

const RESTART_TRIES = 50

/** A Postgres, a Redis and a server that can be killed and come back, the networks between them, and a bank. */
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
    server: await freePort(),
    media: await freePort(),
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
  let server: Program | null = null
  const url = `http://127.0.0.1:${ports.server}`
  const bank = await openBank(url)

  async function startServer(): Promise<void> {
    const program = startProgram('torture/server.ts', {
      DATABASE_URL: urlOf(cluster, network.postgres.port),
      REDIS_URL: redisUrlOf(instance, network.redis.port),
      DATA_DIR: context.dataDir,
      PUBLIC_URL: url,
      PORT: String(ports.server),
      MEDIA_PORT: String(ports.media),
      PAYMENT_PROVIDERS: 'sandbox,stripe',
      ...bank.env,
    })
    server = program
    await program.next()
  }

  /** A server whose stores are away when it starts ends, as it would under a supervisor that starts it again. */
  async function comeBack(what: () => Promise<unknown>): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await what()
        return
      } catch (error) {
        if (tries === RESTART_TRIES) throw error
        await wait(200)
      }
    }
  }

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
    url,
    databaseUrl: urlOf(cluster, ports.postgres),
    redisUrl: redisUrlOf(instance, ports.redis),
    network,
    bank,
    startServer: () => comeBack(startServer),

    async killServer(): Promise<void> {
      await server?.stop('SIGKILL')
      await comeBack(startServer)
    },

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
      await server?.stop('SIGKILL')
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
