import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { type Ask, asker, type Promises } from './ask.ts'
import type { Random } from './random.ts'
import type { Shop } from './shop.ts'

const STATUSES = ['paid', 'packed', 'shipped', 'delivered', 'completed', 'partially_refunded'] as const

const line = z.object({ id: z.string(), quantity: z.number(), refundedQuantity: z.number() })
const orders = z.object({ items: z.array(z.object({ id: z.string(), lines: z.array(line) })) })
const worked = z.object({
  parcels: z.array(z.object({ id: z.string(), deliveredAt: z.number().nullable() })),
})
type Line = z.infer<typeof line>

/**
 * One of several clerks who work on the same orders and do not talk to each other: packs, sends parcels, says that they
 * arrived, and gives money back, for some units or all, with and without putting them on sale again.
 */
export async function clerk(
  shop: Shop,
  promises: Promises,
  random: Random,
  stop: AbortSignal,
): Promise<void> {
  const ask = asker(shop, shop.ownerToken, promises, random)
  while (!stop.aborted) {
    await wait(random.int(20, 200))
    const path = `/tenants/${shop.tenantId}/orders`
    const found = orders.safeParse(
      await ask({ method: 'GET', path: `${path}?limit=20&status=${random.pick(STATUSES)}` }),
    )
    if (!found.success || found.data.items.length === 0) continue
    const { id, lines } = random.pick(found.data.items)
    await work(ask, `${path}/${id}`, lines, { shop, promises, random })
  }
}

interface Tools {
  shop: Shop
  promises: Promises
  random: Random
}

async function work(ask: Ask, path: string, lines: readonly Line[], tools: Tools): Promise<void> {
  const { random } = tools
  switch (random.pick(['pack', 'ship', 'ship', 'deliver', 'refund', 'refund', 'remedy'] as const)) {
    case 'pack':
      await ask({ method: 'POST', path: `${path}/pack` })
      break
    case 'ship': {
      const parcel = {
        carrier: 'SF',
        trackingNumber: 'T1',
        lines: random.chance(0.5) ? null : some(lines, random),
      }
      await ask({ method: 'POST', path: `${path}/parcels`, body: parcel })
      break
    }
    case 'deliver': {
      const { parcels } = worked.safeParse(await ask({ method: 'GET', path })).data ?? { parcels: [] }
      const onTheirWay = parcels.filter(({ deliveredAt }) => deliveredAt === null)
      for (const { id } of onTheirWay) await ask({ method: 'POST', path: `${path}/parcels/${id}/delivered` })
      break
    }
    case 'refund':
      await refund(ask, path, lines, tools)
      break
    case 'remedy':
      await remedy(ask, tools)
  }
}

async function refund(ask: Ask, path: string, lines: readonly Line[], { shop, promises, random }: Tools) {
  const key = shop.nextKey()
  const asked = { lines: random.chance(0.4) ? null : some(lines, random), restock: random.chance(0.5) }
  const reason = `asked for as ${key}`
  const question = { method: 'POST', path: `${path}/refunds`, key, body: { ...asked, reason } } as const
  const given = await ask(question)
  if (random.chance(0.2)) await ask(question)
  if (given !== null) promises.refunds.add(reason)
}

const failed = z.object({ items: z.array(z.object({ id: z.string(), orderId: z.string() })) })

/** A refund that its provider refuses for good is asked for again, or paid by another way. */
async function remedy(ask: Ask, { shop, random }: Tools): Promise<void> {
  const tenant = `/tenants/${shop.tenantId}`
  const { items } = failed.safeParse(await ask({ method: 'GET', path: `${tenant}/failed-refunds` })).data ?? {
    items: [],
  }
  for (const { id, orderId } of items)
    await remedyOf(ask, `${tenant}/orders/${orderId}/refunds/${id}`, random)
}

export async function remedyOf(ask: Ask, path: string, random: Random): Promise<void> {
  if (random.chance(0.6)) await ask({ method: 'POST', path: `${path}/again` })
  else await ask({ method: 'POST', path: `${path}/elsewhere`, body: { note: 'by the bank' } })
}

/** One unit or all of one line or two; now and then one more than there is. */
function some(lines: readonly Line[], random: Random): { lineId: string; quantity: number }[] {
  const chosen = random.chance(0.7) ? [random.pick(lines)] : lines
  return chosen.map(({ id, quantity, refundedQuantity }) => ({
    lineId: id,
    quantity: random.chance(0.1) ? quantity + 1 : random.int(1, Math.max(1, quantity - refundedQuantity)),
  }))
}
