import { expect, test } from 'vitest'
import { actorOf, servedCommerce } from '../../test/commerce.ts'
import { makeMerchant, makePerson } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'

const db = await testDb()
const shop = await servedCommerce(db, await testRedis())
const { tips, outbox, ledger, rooms } = shop
const merchant = await makeMerchant(db)
outbox.start()

let keys = 0
const newKey = () => `key-${++keys}-${Date.now()}`
const coinsOf = async (personId: string) => (await tips.wallet(personId)).coins

async function buyer(): Promise<ReturnType<typeof actorOf>> {
  const actor = actorOf(await makePerson(db))
  const { payment } = await tips.buyCoins(actor, 'pack-60', 'sandbox', newKey())
  await fetch(payment.payUrl!, { method: 'POST', body: new URLSearchParams({ choice: 'duplicate' }) })
  await expect.poll(() => coinsOf(actor.personId)).toBe(60)
  return actor
}

const send = (actor: ReturnType<typeof actorOf>, key = newKey(), count = 1, showId = merchant.showId) =>
  tips.send(actor, showId, { giftId: 'flower', count }, key)

test('a pack of coins is asked for once per key and credited once', async () => {
  const actor = actorOf(await makePerson(db))
  const key = newKey()
  const all = await Promise.all(
    Array.from({ length: 5 }, () => tips.buyCoins(actor, 'pack-300', 'sandbox', key)),
  )
  expect(new Set(all.map((one) => one.id)).size).toBe(1)
  expect(new Set(all.map((one) => one.payment.id)).size).toBe(1)
  expect(await tips.wallet(actor.personId)).toEqual({ coins: 0, currency: 'CNY' })
  await fetch(all[0]!.payment.payUrl!, { method: 'POST', body: new URLSearchParams({ choice: 'duplicate' }) })
  await expect.poll(() => coinsOf(actor.personId)).toBe(300)
  await expect(tips.buyCoins(actor, 'pack-60', 'sandbox', key)).rejects.toMatchObject({
    code: 'idempotency_key_reused',
  })
})

test('a tip moves coins from the wallet to the show, and the room sees it', async () => {
  const actor = await buyer()
  const before = await tips.earnings(merchant.tenantId, merchant.showId)
  const receipt = await send(actor, newKey(), 2)
  expect(receipt).toMatchObject({ coins: 20, walletCoins: 40 })
  expect(await coinsOf(actor.personId)).toBe(40)
  expect(await tips.earnings(merchant.tenantId, merchant.showId)).toEqual({
    coins: before.coins + 20,
    tips: before.tips + 1,
  })
  const tip = {
    id: receipt.tipId,
    personId: actor.personId,
    name: 'Buyer',
    giftId: 'flower',
    count: 2,
    coins: 20,
    at: receipt.at,
  }
  await expect
    .poll(() => rooms.published)
    .toContainEqual({ showId: merchant.showId, event: { t: 'tip', tip } })
  expect((await tips.recent(merchant.showId)).at(-1)).toEqual(tip)
  for (const [, sum] of await ledger.trialBalance()) expect(sum).toBe(0)
})

test('a wallet is never overdrawn by tips sent at once, and a key tips once', async () => {
  const actor = await buyer()
  const key = newKey()
  const same = await Promise.all(Array.from({ length: 4 }, () => send(actor, key)))
  expect(new Set(same.map((receipt) => receipt.tipId)).size).toBe(1)
  const results = await Promise.allSettled(Array.from({ length: 9 }, () => send(actor)))
  expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(5)
  expect(await coinsOf(actor.personId)).toBe(0)
  await expect(send(actor)).rejects.toMatchObject({
    code: 'not_enough_coins',
    more: { extra: { walletCoins: 0 } },
  })
})

test('guests do not tip, and nobody tips a show that is not live', async () => {
  const guest = actorOf(await makePerson(db, 'guest'), true)
  await expect(send(guest)).rejects.toMatchObject({ code: 'account_needed' })
  await expect(tips.buyCoins(guest, 'pack-60', 'sandbox', newKey())).rejects.toMatchObject({
    code: 'account_needed',
  })
  const quiet = await makeMerchant(db, 'scheduled')
  await expect(send(await buyer(), newKey(), 1, quiet.showId)).rejects.toMatchObject({
    code: 'show_not_live',
  })
  await expect(send(await buyer(), newKey(), 1, 'shw_none')).rejects.toMatchObject({ code: 'not_found' })
})

test('the newest tips, as many as a snapshot holds, oldest first', async () => {
  const actor = await buyer()
  const ids = []
  for (let i = 0; i < 5; i++) ids.push((await send(actor)).tipId)
  expect((await tips.recent(merchant.showId)).map((tip) => tip.id)).toEqual(ids.slice(2))
})
