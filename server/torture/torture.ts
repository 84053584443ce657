import { setTimeout as wait } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { createDb, type Db } from '../src/kernel/db.ts'
import { migrate } from '../src/kernel/migrate.ts'
import { noPromises, type Promises } from './ask.ts'
import type { Bank } from './bank.ts'
import { buyAtSeat } from './buyers.ts'
import { clerk } from './clerks.ts'
import { keepStock, runSales } from './desk.ts'
import { FAULTS } from './faults.ts'
import { violations } from './invariants.ts'
import { askForPayouts, operate } from './payees.ts'
import { createRandom, type Random } from './random.ts'
import { startServices } from './services.ts'
import { openShop, type Shop } from './shop.ts'
import { tipAtSeat } from './tippers.ts'

/** How many act at once, of each kind. */
const SEATS = { buyers: 20, tippers: 2, clerks: 3, desk: 2 }
const SNAPSHOT_EVERY = 4
const QUIET_WITHIN_MS = 60_000

export interface Outcome {
  readonly faults: Map<string, number>
  readonly promises: Promises
  readonly violations: readonly string[]
}

/**
 * People buy, pay, cancel, forget and tip, a merchant packs, sends, refunds, runs flash sales and asks for payouts, at
 * two servers of one shop, while servers, Redis and Postgres are killed with SIGKILL, wiped, rolled back and cut off, and
 * a bank loses answers, `kills` times; then everything is left alone until it is quiet, and what must hold is checked.
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
    await services.startServers()
    const shop = await openShop(db, services.servers.urls)
    const promises = noPromises()
    const closing = new AbortController()
    const people = act(shop, services.bank, promises, random, closing.signal)
    const faults = new Map<string, number>()
    await wait(500)
    for (let n = 1; n <= kills; n++) {
      if (n % SNAPSHOT_EVERY === 1) services.keepSnapshot()
      const name = random.pick(Object.keys(FAULTS))
      say(`${String(n).padStart(4)}/${kills} ${name}; ${promises.orders.size} orders acknowledged`)
      await FAULTS[name]!(services, random)
      faults.set(name, (faults.get(name) ?? 0) + 1)
      await wait(random.int(200, 1500))
    }
    closing.abort()
    await Promise.all(people)
    say('the last buyer has left; waiting for quiet')
    await quiet(db)
    const redis = new Redis(services.redisUrl)
    const found = await settled(async () => [
      ...(await violations(db, redis, promises)),
      ...(await services.bank.differences(db)),
      ...services.servers.complaints,
    ])
    redis.disconnect()
    return { faults, promises, violations: found }
  } finally {
    await db.close()
    await services.stop()
  }
}

/** Everybody takes their seat. */
function act(shop: Shop, bank: Bank, promises: Promises, random: Random, stop: AbortSignal): Promise<void>[] {
  const seats = (count: number, sit: (random: Random) => Promise<void>) =>
    Array.from({ length: count }, () => sit(random.fork()))
  return [
    ...seats(SEATS.buyers, (own) => buyAtSeat(shop, bank, promises, own, stop)),
    ...seats(SEATS.tippers, (own) => tipAtSeat(shop, bank, promises, own, stop)),
    ...seats(SEATS.clerks, (own) => clerk(shop, promises, own, stop)),
    ...seats(SEATS.desk, (own) => runSales(shop, promises, own, stop)),
    ...seats(1, (own) => keepStock(shop, promises, own, stop)),
    ...seats(1, (own) => askForPayouts(shop, promises, own, stop)),
    ...seats(1, (own) => operate(shop, promises, own, stop)),
  ]
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
