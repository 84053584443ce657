import uWS from 'uWebSockets.js'
import * as api from '@shelfcast/shared/api/orders.ts'
import { z } from 'zod'
import { type Limits, loadConfig } from '../../src/config.ts'
import { createDomains } from '../../src/domains.ts'
import { mountApi } from '../../src/edge/http/api.ts'
import { createHttpMetrics } from '../../src/edge/http/operations.ts'
import { UnderWay } from '../../src/edge/http/under-way.ts'
import { handle } from '../../src/kernel/route.ts'
import { createEntry } from '../../src/orders/index.ts'
import { ADMISSIONS, VARIANTS, variant } from './variants.ts'

/**
 * One row's server, a process of its own: the server's edge and domains, with one way to decide orders. Of the routes it
 * mounts what a checkout asks, with the checks of the real ones. What one caller may do is counted and not bounded, for
 * all buyers come from one address; and a flash sale lets in as many as come, unless the row is about that rate.
 */

const NO_BOUND = 1e9
const name = z.enum(VARIANTS).parse(process.argv[2])
const admission = z.enum(ADMISSIONS).parse(process.argv[3] ?? 'lifted')
const loaded = loadConfig({ ...process.env, NODE_ENV: 'test', LOG_LEVEL: 'warn' })
const config = { ...loaded, limits: unbounded(loaded.limits) }
const domains = createDomains(config)
const enter = createEntry({ tickets: domains.tickets, isBannedFrom: domains.chat.isBannedFrom })
const place = variant(name, domains, config.limits)
const app = uWS.App()
mountApi(
  app,
  [
    handle(api.placeOrder, async ({ actor, body, idempotencyKey, orderTicket, request }) => {
      await enter(actor, body, orderTicket)
      await domains.orders.attempt(actor, request.ip)
      return place(actor, body, idempotencyKey)
    }),
    // What a checkout reads, the same for every row.
    handle(api.listMyOrders, ({ actor, query }) => domains.orders.listMine(actor.personId, query)),
  ],
  {
    actorOf: domains.accounts.sessions.actorOf,
    tenantOf: { showId: async () => null }, // nobody comes by an embed
    publicUrl: config.publicUrl,
    trustProxy: false,
    sessionMs: config.limits.accounts.sessionMs,
    deviceMs: 1000,
    limits: config.limits.http,
    log: domains.log,
    metrics: createHttpMetrics(domains.metrics),
    underWay: new UnderWay(),
  },
)
domains.stock.start()
domains.outbox.start()
app.listen('127.0.0.1', 0, (socket) => {
  if (!socket) throw new Error('no port')
  process.send?.({ port: uWS.us_socket_local_port(socket) })
})
process.on('SIGTERM', () => {
  void domains.close().finally(() => process.exit(0))
})

function unbounded({ orders, stock, ...limits }: Limits): Limits {
  return {
    ...limits,
    orders: {
      ...orders,
      placedPerPersonPer10SMax: NO_BOUND,
      placedPerDevicePer10SMax: NO_BOUND,
      placedPerAddressPer10SMax: NO_BOUND,
    },
    stock: admission === 'as set' ? stock : { ...stock, admittedPerS: NO_BOUND, admittedAtOnce: NO_BOUND },
  }
}
