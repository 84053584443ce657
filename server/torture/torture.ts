import { setTimeout as wait } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { createDb, type Db } from '../src/kernel/db.ts'
import { migrate } from '../src/kernel/migrate.ts'
import { buyAtSeat, keepShop, type Promises } from './buyers.ts'
import { FAULTS } from './faults.ts'
import { violations } from './invariants.ts'
import { createRandom } from './random.ts'
import { startServices } from './services.ts'
import { openShop } from './shop.ts'

const SEATS = 24
const SNAPSHOT_EVERY = 4
const QUIET_WITHIN_MS = 60_000

export interface Outcome {
  readonly faults: Map<string, number>
  readonly promises: Promises
  readonly violations: readonly string[]
}

/**
 * People buy, pay, cancel and forget while the server, Redis and Postgres are killed with SIGKILL, wiped, rolled back
 * and cut off, and a bank loses answers, `kills` times; then everything is left alone until it is quiet, and what must hold is checked.
 */
export async function torture(options: {
  seed: number
  kills: number
  say(text: string): void
}): Promise<Outcome> {
  const { kills, say } = options
  const random = createRandom(options.seed)
  const services = await startServices()
  const db = createDb(services.databaseUrl, { connectionsMax: 2, statementTimeoutMs: 10_000 })
  try {
    await migrate(services.databaseUrl)
    await services.startServer()
    const shop = await openShop(db, services.url)
    const promises: Promises = { orders: new Map(), orderOf: new Map(), contradictions: [], done: new Map() }
    const closing = new AbortController()
    const people = [
      ...Array.from({ length: SEATS }, () =>
        buyAtSeat(shop, services.bank, promises, random.fork(), closing.signal),
      ),
      keepShop(shop, promises, random.fork(), closing.signal),
    ]
    const faults = new Map<string, number>()
    await wait(500)
    for (let n = 1; n <= kills; n++) {
      if (n % SNAPSHOT_EVERY === 1) services.keepSnapshot()
      const name = random.pick(Object.keys(FAULTS))
      say(`${String(n).padStart(4)}/${kills} ${name}; ${promises.orders.size} orders acknowledged`)
      await FAULTS[name]!(services, random)
      faults.set(name, (faults.get(name) ?? 0) + 1)
      await wait(random.int(100, 900))
    }
    closing.abort()
    await Promise.all(people)
    say('the last buyer has left; waiting for quiet')
    await quiet(db)
    const redis = new Redis(services.redisUrl)
    const found = await settled(async () => [
      ...(await violations(db, redis, promises)),
      ...(await services.bank.differences(db)),
    ])
    redis.disconnect()
    return { faults, promises, violations: found }
  } finally {
    await db.close()
    await services.stop()
  }
}

/** Until nothing waits to be paid, given back or told. */
async function quiet({ sql }: Db): Promise<void> {
  const until = Date.now() + QUIET_WITHIN_MS
  while (Date.now() < until) {
    const [row] = await sql<{ open: number }[]>`
      select ((select count(*) from orders where status = 'pending_payment')
        + (select count(*) from outbox where state <> 'dead')
        + (select count(*) from refunds where status = 'requested')
        + (select count(*) from sale_waiters where status = 'offered'))::int as open`
    if (row?.open === 0) return
    await wait(300)
  }
}

/** The reconciler has some seconds to bring Redis in line: what is found must still be there afterwards. */
async function settled(look: () => Promise<string[]>): Promise<string[]> {
  let found = await look()
  for (let tries = 0; found.length > 0 && tries < 40; tries++) {
    await wait(500)
    found = await look()
  }
  return found
}
