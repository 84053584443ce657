import { z } from 'zod'
import { startApp } from '../src/app.ts'
import { loadConfig } from '../src/config.ts'

/**
 * The server as it is, in a process that will be killed: only its times are shorter, so that what takes minutes in a
 * shop (paying, leases, asking providers again) happens within a run.
 */

const config = loadConfig({
  ...process.env,
  NODE_ENV: 'test',
  LOG_LEVEL: process.env.TORTURE_LOG ?? 'silent',
})
const { limits } = config
const app = await startApp({
  ...config,
  limits: {
    ...limits,
    orders: {
      ...limits.orders,
      payWithinMs: 4000,
      holdMs: 3000,
      sweepMs: 300,
      deliveredAfterMs: 5000,
      completedAfterMs: 3000,
      advanceMs: 500,
      placedPerAddressPer10SMax: 100_000,
      placedPerPersonPer10SMax: 1000,
      placedPerDevicePer10SMax: 1000,
    },
    payments: {
      ...limits.payments,
      startedPerPersonPer10SMax: 1000,
      startedPerDevicePer10SMax: 1000,
      startedPerAddressPer10SMax: 100_000,
      queryAfterMs: 1500,
      sweepMs: 700,
      refundAgainAfterMs: 2000,
      refundSweepMs: 1000,
    },
    payouts: { ...limits.payouts, holdMs: 2000 },
    outbox: { ...limits.outbox, leaseMs: 3000, attemptsMax: 100, backoffMsMax: 1000 },
    sales: { ...limits.sales, offerMs: 1500, waitingSweepMs: 300, waitsPerPersonPer10SMax: 1000 },
    rooms: { ...limits.rooms, drainMs: 10 },
  },
})
process.on('unhandledRejection', (error) => {
  process.send?.({ unheard: error instanceof Error ? (error.stack ?? error.message) : String(error) })
})
process.send?.({ url: z.string().parse(app.url) })
