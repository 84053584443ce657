import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { asker, type Promises } from './ask.ts'
import { remedyOf } from './clerks.ts'
import type { Random } from './random.ts'
import type { Shop } from './shop.ts'

const balance = z.object({ availableMinor: z.number() })
const payout = z.object({ id: z.string(), amountMinor: z.number(), state: z.string() })
const page = z.object({ items: z.array(z.object({ id: z.string() })) })

/** The owner asks for what was earned, and now and then for more. */
export async function askForPayouts(
  shop: Shop,
  promises: Promises,
  random: Random,
  stop: AbortSignal,
): Promise<void> {
  const ask = asker(shop, shop.ownerToken, promises, random)
  const path = `/tenants/${shop.tenantId}`
  while (!stop.aborted) {
    await wait(random.int(200, 900))
    const available = balance.safeParse(await ask({ method: 'GET', path: `${path}/balance` })).data
      ?.availableMinor
    const most = Math.floor(Math.max(0, available ?? 0) * 1.4) + 1
    const question = {
      method: 'POST',
      path: `${path}/payouts`,
      key: shop.nextKey(),
      body: { amountMinor: random.int(1, most) },
      idOf: (answer: unknown) => payout.parse(answer).id,
    } as const
    const asked = payout.safeParse(await ask(question)).data
    if (random.chance(0.3)) await ask(question)
    if (asked) promises.payouts.set(asked.id, asked.amountMinor)
  }
}

/**
 * The operator says of each payout that it was paid, or refuses it; now and then both, of which the first counts. And
 * sees to refunds that providers refuse, as clerks do.
 */
export async function operate(
  shop: Shop,
  promises: Promises,
  random: Random,
  stop: AbortSignal,
): Promise<void> {
  const ask = asker(shop, shop.operatorToken, promises, random)
  while (!stop.aborted) {
    await wait(random.int(500, 2000))
    const open =
      page.safeParse(await ask({ method: 'GET', path: '/payouts?state=requested' })).data?.items ?? []
    for (const { id } of open) {
      const times = random.pick([0, 1, 1, 2])
      for (let n = 0; n < times; n++) {
        const state = random.chance(0.6) ? 'paid' : 'refused'
        await ask({ method: 'POST', path: `/payouts/${id}/close`, body: { state, note: 'by the bank' } })
      }
    }
    const failed = page.safeParse(await ask({ method: 'GET', path: '/failed-refunds' })).data?.items ?? []
    for (const { id } of failed) if (random.chance(0.5)) await remedyOf(ask, `/failed-refunds/${id}`, random)
  }
}
