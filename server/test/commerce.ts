import uWS from 'uWebSockets.js'
import { Registry } from 'prom-client'
import { afterAll } from 'vitest'
import type { Limits } from '../src/config.ts'
import { mountRaw } from '../src/edge/http/api.ts'
import { createHttpMetrics } from '../src/edge/http/operations.ts'
import { UnderWay } from '../src/edge/http/under-way.ts'
import { createFacts } from '../src/facts/index.ts'
import { createFees } from '../src/fees/index.ts'
import type { Actor } from '../src/kernel/actor.ts'
import type { Db } from '../src/kernel/db.ts'
import { createOutbox } from '../src/kernel/outbox.ts'
import type { Redis } from '../src/kernel/redis.ts'
import { createLedger } from '../src/ledger/index.ts'
import { createOrders } from '../src/orders/index.ts'
import {
  createPayments,
  createSandbox,
  type PaymentProvider,
  paymentRawRoutes,
} from '../src/payments/index.ts'
import { createPromotions } from '../src/promotions/index.ts'
import { createShipping } from '../src/shipping/index.ts'
import { createShows } from '../src/shows/index.ts'
import { createStock } from '../src/stock/index.ts'
import { createTips } from '../src/tips/index.ts'
import { recordingRooms, testLimits } from './fixtures.ts'
import { listen, silentLog } from './world.ts'

type Loose = { -readonly [K in keyof Limits]?: Partial<Record<keyof Limits[K], number>> }

export const SANDBOX_KEY = new Uint8Array(32).fill(7)

/** The selling half of one server process on the given stores, with time in the test's hand. Closed after the file. */
export function commerce(
  db: Db,
  redis: Redis,
  over: Loose = {},
  more: {
    url?: string
    providers?: readonly PaymentProvider[]
    rooms?: ReturnType<typeof recordingRooms>
  } = {},
) {
  const limits = Object.fromEntries(
    Object.entries(testLimits).map(([domain, values]) => [
      domain,
      { ...values, ...over[domain as keyof Limits] },
    ]),
  ) as unknown as Limits
  const metrics = new Registry()
  const rooms = more.rooms ?? recordingRooms()
  const time = { offsetMs: 0 }
  const clock = { now: () => Date.now() + time.offsetMs }
  const outbox = createOutbox({ db, log: silentLog, limits: limits.outbox, metrics })
  const shows = createShows({ db, rooms, log: silentLog })
  const stock = createStock({ db, redis, rooms, outbox, log: silentLog, metrics, limits })
  const promotions = createPromotions({
    db,
    redis,
    rooms,
    outbox,
    stock,
    shows,
    clock,
    log: silentLog,
    limits: limits.sales,
  })
  const facts = createFacts({ db, redis, outbox, clock, log: silentLog, metrics, limits: limits.facts })
  const tenants = { get: async () => ({ currency: 'CNY' as const }) }
  const shipping = createShipping({ db })
  const fees = createFees({ db })
  const orders = createOrders({
    db,
    redis,
    stock,
    shows,
    promotions,
    tenants,
    shipping,
    fees,
    outbox,
    consents: facts.consents,
    clock,
    log: silentLog,
    limits: limits.orders,
  })
  const publicUrl = more.url ?? 'http://127.0.0.1:1'
  const sandbox = createSandbox({
    db,
    key: SANDBOX_KEY,
    publicUrl,
    webhookUrl: `${publicUrl}/api/v1/payments/webhooks/sandbox`,
    clock,
    log: silentLog,
  })
  const ledger = createLedger({ db, clock, log: silentLog, metrics, limits: limits.ledger })
  const payments = createPayments({
    db,
    redis,
    outbox,
    providers: [sandbox.provider, ...(more.providers ?? [])],
    publicUrl,
    clock,
    log: silentLog,
    metrics,
    limits: limits.payments,
  })
  const tips = createTips({
    db,
    rooms,
    outbox,
    payments,
    ledger,
    shows,
    isBanned: async () => false,
    clock,
    platformCurrency: 'CNY',
    log: silentLog,
    limits: limits.tips,
    recentMax: 3,
  })
  const close = async () => {
    sandbox.close()
    await Promise.all([payments.close(), orders.close(), promotions.close(), outbox.close(), stock.close()])
  }
  afterAll(close)
  return {
    ...{
      db,
      redis,
      limits,
      metrics,
      rooms,
      time,
      clock,
      outbox,
      shows,
      stock,
      promotions,
      shipping,
      fees,
      orders,
    },
    ...{ sandbox, ledger, payments, tips, facts, publicUrl, close },
  }
}

/** The same, with its webhook and the sandbox's page on a real port. */
export async function servedCommerce(db: Db, redis: Redis, over: Loose = {}): Promise<Commerce> {
  const app = uWS.App()
  const made = commerce(db, redis, over, { url: await listen(app) })
  mountRaw(app, paymentRawRoutes({ ...made, limits: made.limits.payments }), {
    actorOf: async () => null,
    publicUrl: made.publicUrl,
    trustProxy: false,
    sessionMs: 1000,
    deviceMs: 1000,
    limits: made.limits.http,
    log: silentLog,
    metrics: createHttpMetrics(made.metrics),
    underWay: new UnderWay(),
  })
  return made
}

export type Commerce = ReturnType<typeof commerce>

export const actorOf = (personId: string, guest = false): Actor => ({
  personId,
  name: 'Buyer',
  guest,
  operator: false,
  device: `device of ${personId}`,
  embed: null,
  roles: new Map(),
})

export { ADDRESS } from './address.ts'

/** What the stock row of a SKU says, and what its orders say that it should say. */
export async function stockOf(db: Db, skuId: string) {
  const [row] = await db.sql<{ onHand: number; available: number; reserved: number; sold: number }[]>`
    select on_hand as "onHand", available, reserved, sold from stock where sku_id = ${skuId}`
  const [ordered] = await db.sql<{ reserved: number; sold: number; buyers: number }[]>`
    select coalesce(sum(l.quantity) filter (where o.status = 'pending_payment'), 0)::int as reserved,
      coalesce(sum(l.quantity) filter (where o.status = 'paid'), 0)::int as sold,
      coalesce((select sum(quantity) from buyer_counts where sku_id = ${skuId} and scope = ''), 0)::int as buyers
    from order_lines l join orders o on o.tenant_id = l.tenant_id and o.id = l.order_id where l.sku_id = ${skuId}`
  return { row: row!, ordered: ordered! }
}
