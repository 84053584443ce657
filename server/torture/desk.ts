import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { type Ask, asker, type Promises } from './ask.ts'
import type { Random } from './random.ts'
import { type OpenSale, SALE_PRICE_MINOR, type Shop } from './shop.ts'

const sale = z.object({
  id: z.string(),
  skuId: z.string(),
  status: z.string(),
  priceMinor: z.number(),
  quantity: z.number(),
  perBuyerLimit: z.number(),
})
const sales = z.object({ items: z.array(sale) })

/** The merchant counts the shelves: units come and go while others buy. */
export async function keepStock(
  shop: Shop,
  promises: Promises,
  random: Random,
  stop: AbortSignal,
): Promise<void> {
  const ask = asker(shop, shop.ownerToken, promises, random)
  while (!stop.aborted) {
    await wait(random.int(50, 400))
    const path = `/tenants/${shop.tenantId}/skus/${random.pick(shop.skuIds)}/stock`
    await ask({ method: 'POST', path, body: { delta: random.int(-3, 8) } })
  }
}

/**
 * One of several at the desk: makes flash sales, narrows, starts and stops them. What there is, is looked up each time:
 * an answer may have been lost, and somebody else may have done it.
 */
export async function runSales(
  shop: Shop,
  promises: Promises,
  random: Random,
  stop: AbortSignal,
): Promise<void> {
  const ask = asker(shop, shop.ownerToken, promises, random)
  const path = `/tenants/${shop.tenantId}/shows/${shop.showId}/flash-sales`
  while (!stop.aborted) {
    await wait(random.int(100, 700))
    const known = sales.safeParse(await ask({ method: 'GET', path })).data?.items
    if (!known) continue
    const isOpen = ({ status }: { status: string }) => status === 'countdown' || status === 'running'
    shop.sell(
      known.filter(isOpen).map(({ id, skuId, priceMinor }): OpenSale => ({ saleId: id, skuId, priceMinor })),
    )
    const skuId = random.pick(shop.deskSkuIds)
    const now = known.find((one) => one.skuId === skuId && (isOpen(one) || one.status === 'scheduled'))
    if (!now) await make(ask, path, skuId, random)
    else if (now.status !== 'scheduled') await ask({ method: 'POST', path: `${path}/${now.id}/stop` })
    else if (random.chance(0.5)) await narrow(ask, `${path}/${now.id}`, now, random)
    else await ask({ method: 'POST', path: `${path}/${now.id}/start` })
  }
}

async function make(ask: Ask, path: string, skuId: string, random: Random): Promise<void> {
  const terms = {
    skuId,
    priceMinor: SALE_PRICE_MINOR,
    quantity: random.int(2, 6),
    perBuyerLimit: random.int(1, 3),
    countdownS: 10, // the shortest that there is
    durationS: 60,
    allocation: random.pick(['hold', 'first_paid']),
  }
  await ask({ method: 'POST', path, body: terms })
}

async function narrow(ask: Ask, path: string, now: z.infer<typeof sale>, random: Random): Promise<void> {
  const change = random.pick([
    { priceMinor: now.priceMinor + 1 },
    { quantity: Math.max(1, now.quantity - 1) },
    { perBuyerLimit: 1 },
    { quantity: now.quantity + 1 }, // refused where it is more than was allowed
  ])
  await ask({ method: 'PATCH', path, body: change })
}
