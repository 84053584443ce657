import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { ADDRESS } from '../test/address.ts'
import { type Ask, asker, type Promises } from './ask.ts'
import type { Bank } from './bank.ts'
import { anyProvider, settleBill, startPayment } from './bill.ts'
import type { Random } from './random.ts'
import { type Shop, totalMinorOf } from './shop.ts'

const order = z.object({ id: z.string(), totalMinor: z.number(), status: z.string() })

/** One buyer after another at this seat, until `stop`: orders, then pays, cancels or forgets. */
export async function buyAtSeat(
  shop: Shop,
  bank: Bank,
  promises: Promises,
  random: Random,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    const buyer = random.pick(shop.buyers)
    const ask = asker(shop, buyer.token, promises, random)
    const lines = linesOf(shop, random)
    const key = shop.nextKey()
    const placed =
      (await place(ask, shop, lines, key, random)) ?? (await placeFromList(ask, shop, lines, key, random))
    if (!placed) continue
    promises.orders.set(placed.id, { ...placed, personId: buyer.personId })
    await wait(random.int(0, 60))
    if (random.chance(0.6)) await pay(ask, shop, bank, placed.id, key, random)
    if (random.chance(0.3)) await ask({ method: 'POST', path: `/orders/${placed.id}/cancel` })
  }
}

async function place(ask: Ask, shop: Shop, lines: Lines, key: string, random: Random) {
  const question = {
    method: 'POST',
    path: '/orders',
    key,
    body: {
      showId: shop.showId,
      lines: lines.map(({ unitMinor: _price, ...line }) => line),
      address: ADDRESS,
      expectedTotalMinor: totalMinorOf(lines),
    },
    idOf: (answer: unknown) => order.parse(answer).id,
  } as const
  const placed = order.safeParse(await ask(question))
  if (random.chance(0.2)) await ask(question) // an impatient one
  return placed.data ?? null
}

/** Where a flash sale had nothing left: waits in its line for a while, and takes what may be offered by then. */
async function placeFromList(ask: Ask, shop: Shop, [line]: Lines, key: string, random: Random) {
  if (!line?.saleId) return null
  const path = `/shows/${shop.showId}/flash-sales/${line.saleId}/wait`
  await ask({ method: 'POST', path })
  await wait(random.int(0, 2500))
  if (random.chance(0.1)) await ask({ method: 'DELETE', path })
  return place(ask, shop, [{ ...line, quantity: 1, offered: true }], `${key}-offered`, random)
}

interface Line {
  skuId: string
  quantity: number
  saleId: string | null
  unitMinor: number
  offered?: true
}
type Lines = readonly Line[]

function linesOf(shop: Shop, random: Random): Lines {
  if (random.chance(0.4)) {
    const { skuId, saleId, priceMinor } = random.pick(shop.openSales())
    return [{ skuId, saleId, unitMinor: priceMinor, quantity: random.int(1, 2) }]
  }
  const first = random.int(0, shop.skuIds.length - 1)
  const count = random.chance(0.25) ? 2 : 1
  return Array.from({ length: count }, (_, n) => ({
    skuId: shop.skuIds[(first + n) % shop.skuIds.length]!,
    quantity: random.int(1, 2),
    saleId: null,
    unitMinor: shop.priceMinor,
  }))
}

async function pay(
  ask: Ask,
  shop: Shop,
  bank: Bank,
  orderId: string,
  key: string,
  random: Random,
): Promise<void> {
  const payUrl = await startPayment(ask, orderId, `${key}-pay`, anyProvider(random))
  if (payUrl === null) return
  if (random.chance(0.2)) await wait(random.int(0, 5000)) // some pay when it is too late
  await settleBill(shop, bank, payUrl, random)
}
