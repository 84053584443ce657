import { setTimeout as wait } from 'node:timers/promises'
import { COIN_PACKS, GIFTS } from '@shelfcast/shared/money.ts'
import { z } from 'zod'
import { type Ask, asker, type Promises } from './ask.ts'
import type { Bank } from './bank.ts'
import { anyProvider, settleBill } from './bill.ts'
import type { Random } from './random.ts'
import type { Shop } from './shop.ts'

const purchase = z.object({ id: z.string(), payment: z.object({ payUrl: z.string().nullable() }) })
const receipt = z.object({ tipId: z.string(), coins: z.number(), walletCoins: z.number() })

/** One viewer after another at this seat: buys coins, and tips with more than they have now and then. */
export async function tipAtSeat(
  shop: Shop,
  bank: Bank,
  promises: Promises,
  random: Random,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    const ask = asker(shop, random.pick(shop.tippers).token, promises, random)
    if (random.chance(0.4)) await buyCoins(ask, shop, bank, random)
    const tips = random.int(1, 4)
    for (let n = 0; n < tips; n++) await tip(ask, shop, promises, random)
    await wait(random.int(50, 500))
  }
}

async function buyCoins(ask: Ask, shop: Shop, bank: Bank, random: Random): Promise<void> {
  const started = await ask({
    method: 'POST',
    path: '/coin-purchases',
    key: shop.nextKey(),
    body: { packId: random.pick(COIN_PACKS).id, provider: anyProvider(random) },
    idOf: (answer) => purchase.parse(answer).id,
  })
  const payUrl = purchase.safeParse(started).data?.payment.payUrl
  if (payUrl && random.chance(0.8)) await settleBill(shop, bank, payUrl, random)
}

async function tip(ask: Ask, shop: Shop, promises: Promises, random: Random): Promise<void> {
  const question = {
    method: 'POST',
    path: `/shows/${shop.showId}/tips`,
    key: shop.nextKey(),
    body: { giftId: random.pick(GIFTS).id, count: random.int(1, 5) },
    idOf: (answer: unknown) => receipt.parse(answer).tipId,
  } as const
  const sent = receipt.safeParse(await ask(question)).data
  if (random.chance(0.2)) await ask(question) // pressed twice
  if (!sent) return
  promises.tips.set(sent.tipId, sent.coins)
  if (sent.walletCoins < 0) promises.contradictions.push(`tip ${sent.tipId} left ${sent.walletCoins} coins`)
}
