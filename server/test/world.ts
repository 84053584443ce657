import uWS, { type TemplatedApp } from 'uWebSockets.js'
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import postgres from 'postgres'
import { afterAll } from 'vitest'
import { createDb, type Db } from '../src/kernel/db.ts'
import { migrate } from '../src/kernel/migrate.ts'

/** Real services for tests. Everything made here is taken away after the test file that asked for it. */

export const silentLog = pino({ level: process.env.TEST_LOG ?? 'silent' })

function needed(name: string): string {
  const value = process.env[name]
  if (!value)
    throw new Error(`${name} is not set: run tests by \`npm test -- <path>\`, which starts what they need`)
  return value
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}

/** Databases are copied from a template that is migrated once for each state of `migrations/`. */
async function templateDatabase(adminUrl: string): Promise<string> {
  const journal = new URL('../../migrations/meta/_journal.json', import.meta.url)
  const { entries } = JSON.parse(readFileSync(journal, 'utf8')) as { entries: { tag: string }[] }
  const hash = createHash('sha256')
  for (const { tag } of entries)
    hash.update(readFileSync(new URL(`../../migrations/${tag}.sql`, import.meta.url)))
  const name = `shelfcast_test_${hash.digest('hex').slice(0, 12)}`
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} })
  try {
    await sql`select pg_advisory_lock(7436003)`
    const [found] = await sql`select from pg_database where datname = ${`${name}_ready`}`
    if (!found) {
      await sql.unsafe(`drop database if exists ${name}`)
      await sql.unsafe(`create database ${name}`)
      await migrate(withDatabase(adminUrl, name))
      await sql.unsafe(`alter database ${name} rename to ${name}_ready`)
    }
    return `${name}_ready`
  } finally {
    await sql.end()
  }
}

/** The URL of a fresh, migrated database of its own, dropped after the test file. */
export async function testDatabaseUrl(): Promise<string> {
  const adminUrl = needed('DATABASE_URL')
  const template = await templateDatabase(adminUrl)
  const name = `t_${randomBytes(8).toString('hex')}`
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} })
  await admin`select pg_advisory_lock(7436003)` // two copies of one template at once are refused
  await admin.unsafe(`create database ${name} template ${template}`)
  await admin`select pg_advisory_unlock(7436003)`
  afterAll(async () => {
    await admin.unsafe(`drop database if exists ${name} with (force)`)
    await admin.end()
  })
  return withDatabase(adminUrl, name)
}

export async function testDb(): Promise<Db> {
  const url = await testDatabaseUrl()
  const db = createDb(url, { connectionsMax: 6, statementTimeoutMs: 10_000 })
  afterAll(() => db.close())
  return db
}

/** Each vitest worker has a Redis database of its own, emptied here. */
export function testRedisUrl(): string {
  const url = new URL(needed('REDIS_URL'))
  url.pathname = `/${1 + (Number(process.env.VITEST_POOL_ID ?? 1) % 15)}`
  return url.href
}

export async function testRedis(): Promise<Redis> {
  const redis = new Redis(testRedisUrl(), { autoResendUnfulfilledCommands: false, maxRetriesPerRequest: 1 })
  await redis.flushdb()
  afterAll(async () => {
    await redis.quit()
  })
  return redis
}

/** Puts an app on a free port of the loopback address until the test file ends. */
export function listen(app: TemplatedApp): Promise<string> {
  return new Promise((resolve, reject) => {
    app.listen('127.0.0.1', 0, (socket) => {
      if (!socket) return reject(new Error('no port'))
      afterAll(() => app.close())
      resolve(`http://127.0.0.1:${uWS.us_socket_local_port(socket)}`)
    })
  })
}
