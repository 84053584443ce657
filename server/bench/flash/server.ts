import uWS from 'uWebSockets.js'
import * as api from '@shelfcast/shared/api/orders.ts'
import { z } from 'zod'
import { loadConfig } from '../../src/config.ts'
import { createDomains } from '../../src/domains.ts'
import { mountApi } from '../../src/edge/http/api.ts'
import { createHttpMetrics } from '../../src/edge/http/operations.ts'
import { handle } from '../../src/kernel/route.ts'
import { VARIANTS, variant } from './variants.ts'

/** One row's server, a process of its own: the server's edge and domains, with one way to decide orders. */

const name = z.enum(VARIANTS).parse(process.argv[2])
const config = loadConfig({ ...process.env, NODE_ENV: 'test', LOG_LEVEL: 'warn' })
const domains = createDomains(config)
const place = variant(name, domains, config.limits)
const app = uWS.App()
mountApi(
  app,
  [
    handle(api.placeOrder, ({ actor, body, idempotencyKey }) => place(actor, body, idempotencyKey)),
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
