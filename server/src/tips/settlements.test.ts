import fc from 'fast-check'
import { expect, test } from 'vitest'
import { actorOf, commerce } from '../../test/commerce.ts'
import { type Merchant, makeMerchant, makePerson } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'
import { newId } from '../kernel/ids.ts'
import { createPayouts } from '../payouts/index.ts'

const db = await testDb()
const shop = commerce(db, await testRedis(), { tips: { settleAfterMs: 0, showsSettledMax: 2 } })
const { tips, fees } = shop
const payouts = createPayouts({ db, clock: shop.clock, limits: shop.limits.payouts })
const operator = await makePerson(db)
shop.time.offsetMs = 1000 // tips of this moment are old enough

/** Somebody with coins that were paid for. */
async function rich(coins = 980): Promise<ReturnType<typeof actorOf>> {
  const actor = actorOf(await makePerson(db))
  const { payment } = await tips.buyCoins(actor, `pack-${coins}` as 'pack-980', 'sandbox', newId('log'))
  const event = { id: newId('log'), kind: 'captured', paymentId: payment.id, transactionId: newId('log') }
  const money = { providerRef: `sbx_${payment.id}`, amountMinor: payment.amountMinor, currency: 'CNY' }
  await db.sql`select apply_payment_event('sandbox', ${db.sql.json({ ...event, ...money })}, now())`
  return actor
}
async function hosted(merchant: Merchant): Promise<string> {
  const host = await makePerson(db)
  await db.sql`insert into memberships (tenant_id, person_id, role) values (${merchant.tenantId}, ${host}, 'host')`
  await db.sql`
    insert into show_hosts (tenant_id, show_id, person_id, lead) values (${merchant.tenantId}, ${merchant.showId}, ${host}, true)`
  return host
}
const give = async (actor: ReturnType<typeof actorOf>, { showId }: Merchant, count: number) => {
  const { coins } = await tips.send(actor, showId, { giftId: 'flower', count }, newId('log'))
  return coins
}
const balance = (
  ownerKind: 'tenant' | 'person' | 'platform',
  ownerId: string,
  kind: 'sales' | 'earnings' | 'commission' | 'coin_sales' | 'issued',
  currency = 'CNY',
) => shop.ledger.balance({ ownerKind, ownerId, kind, currency })
const balanced = async () => [...(await shop.ledger.trialBalance()).values()].every((sum) => sum === 0)

test('without a rate tips wait; with one they are money of the merchant and the host', async () => {
  const merchant = await makeMerchant(db)
  const host = await hosted(merchant)
  await fees.put(merchant.tenantId, { tipHostBps: 2500 }, merchant.ownerId)
  const actor = await rich()
  await give(actor, merchant, 3)
  expect(await tips.settlements.settle()).toBe(0)
  expect(await tips.settlements.statement(merchant.tenantId, { limit: 9 })).toMatchObject({
    items: [],
    waitingCoins: 30,
    rate: { version: 0 },
  })
  const [issued, sold] = [
    await balance('platform', 'shelfcast', 'issued', 'COIN'),
    await balance('platform', 'shelfcast', 'coin_sales'),
  ]
  await tips.settlements.putRate(501, operator)
  await Promise.all(Array.from({ length: 4 }, () => tips.settlements.settle()))
  expect(await balance('tenant', merchant.tenantId, 'earnings', 'COIN')).toBe(0)
  expect(await balance('tenant', merchant.tenantId, 'sales')).toBe(113) // 30 coins are 150, and 37 are the host's
  expect(await balance('person', host, 'commission')).toBe(37)
  expect(await balance('platform', 'shelfcast', 'issued', 'COIN')).toBe(issued + 30)
  expect(await balance('platform', 'shelfcast', 'coin_sales')).toBe(sold - 150)
  expect(await tips.settlements.statement(merchant.tenantId, { limit: 9 })).toMatchObject({
    items: [{ coins: 30, amountMinor: 150, minorPer100Coins: 501, host: { amountMinor: 37 } }],
    waitingCoins: 0,
  })
  const { items } = await payouts.earningsEntries(host, { limit: 9 })
  expect(items).toMatchObject([
    { kind: 'tips_settled', coins: 30, amountMinor: 37, show: { id: merchant.showId, merchant: 'Lumen' } },
  ])
  expect((await payouts.statement(merchant.tenantId, { limit: 9 })).items).toMatchObject([
    { kind: 'tips_settled', amountMinor: 113, orderId: null },
  ])
  expect(await tips.settlements.settle()).toBe(0)
  expect(await balanced()).toBe(true)
})

test('a host asks for what is past the holding period, no more, and never twice', async () => {
  const merchant = await makeMerchant(db)
  const host = await hosted(merchant)
  await fees.put(merchant.tenantId, { tipHostBps: 5000 }, merchant.ownerId)
  await tips.settlements.putRate(1000, operator)
  await give(await rich(), merchant, 10)
  await tips.settlements.settle()
  const own = async () => (await payouts.earnings(host)).balances
  expect(await own()).toMatchObject([{ currency: 'CNY', availableMinor: 0, heldMinor: 500 }])
  const ask = (amountMinor: number, key = newId('log')) =>
    payouts.requestForHost(host, { amountMinor, currency: 'CNY' }, key)
  await expect(ask(1)).rejects.toMatchObject({ code: 'payout_too_large' })
  expect((await payouts.balance(merchant.tenantId)).heldMinor).toBe(500)
  const offsetMs = shop.time.offsetMs
  shop.time.offsetMs += shop.limits.payouts.holdMs + 1000
  const asked = await Promise.allSettled(Array.from({ length: 5 }, () => ask(300)))
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await own()).toMatchObject([
    { availableMinor: 200, heldMinor: 0, requestedMinor: 300, paidOutMinor: 0 },
  ])
  const [payout] = (await payouts.list({ of: { kind: 'person', id: host }, limit: 9 })).items
  expect(payout).toMatchObject({ tenantId: null, amountMinor: 300, payee: expect.stringMatching(/^Buyer/) })
  await expect(db.sql`select delete_account(${host}, true) as answer`).resolves.toMatchObject([
    { answer: { code: 'commission_left' } },
  ])
  await payouts.close(payout!.id, operator, 'refused', 'no account')
  expect(await own()).toMatchObject([{ availableMinor: 500, requestedMinor: 0 }])
  await payouts.close((await ask(500)).id, operator, 'paid', 'BANK-1')
  expect(await own()).toMatchObject([{ availableMinor: 0, requestedMinor: 0, paidOutMinor: 500 }])
  expect((await payouts.earningsEntries(host, { limit: 9 })).items.map(({ kind }) => kind)).toEqual([
    'payout',
    'payout_refused',
    'payout',
    'tips_settled',
  ])
  shop.time.offsetMs = offsetMs
  expect(await balanced()).toBe(true)
})

test('whatever is tipped and settled, coins and money come to what was given', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('tip' as const), count: fc.integer({ min: 1, max: 9 }), show: fc.nat(1) }),
    fc.record({ kind: fc.constant('rate' as const), minor: fc.integer({ min: 1, max: 1000 }) }),
    fc.record({ kind: fc.constant('share' as const), bps: fc.integer({ min: 0, max: 5000 }) }),
    fc.constant({ kind: 'settle' as const }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 16 }), async (steps) => {
      const shows = [await makeMerchant(db), await makeMerchant(db)]
      const hosts = [await hosted(shows[0]!), null]
      const actor = await rich()
      let given = 0
      for (const one of steps) {
        if (one.kind === 'tip') given += await give(actor, shows[one.show]!, one.count)
        else if (one.kind === 'rate') await tips.settlements.putRate(one.minor, operator)
        else if (one.kind === 'share') await fees.put(shows[0]!.tenantId, { tipHostBps: one.bps }, operator)
        else await tips.settlements.settle()
      }
      let settledCoins = 0
      for (const [n, { tenantId }] of shows.entries()) {
        const { items, waitingCoins } = await tips.settlements.statement(tenantId, { limit: 100 })
        const sum = (of: (one: (typeof items)[number]) => number) =>
          items.reduce((all, one) => all + of(one), 0)
        settledCoins += sum((one) => one.coins) + waitingCoins
        const hostMinor = sum((one) => one.host?.amountMinor ?? 0)
        expect(await balance('tenant', tenantId, 'earnings', 'COIN')).toBe(waitingCoins)
        expect(await balance('tenant', tenantId, 'sales')).toBe(sum((one) => one.amountMinor) - hostMinor)
        expect(hosts[n] ? await balance('person', hosts[n], 'commission') : 0).toBe(hostMinor)
      }
      expect(settledCoins).toBe(given)
      expect(await balanced()).toBe(true)
    }),
    { numRuns: 12 },
  )
}, 60_000)

test("a person's coins by what they came from and went to, newest first, page by page", async () => {
  const merchant = await makeMerchant(db)
  const actor = await rich(60)
  await give(actor, merchant, 2)
  await give(actor, merchant, 1)
  const first = await tips.walletEntries(actor.personId, { limit: 2 })
  expect(first.items).toMatchObject([
    { kind: 'tip', coins: -10, tip: { show: 'Show', giftId: 'flower', count: 1 }, paid: null },
    { kind: 'tip', coins: -20, tip: { showId: merchant.showId, count: 2 } },
  ])
  const rest = await tips.walletEntries(actor.personId, { limit: 2, after: first.next! })
  expect(rest).toMatchObject({
    items: [{ kind: 'coins_bought', coins: 60, tip: null, paid: { amountMinor: 600, currency: 'CNY' } }],
    next: null,
  })
})
