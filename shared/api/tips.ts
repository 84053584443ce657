import { z } from 'zod'
import { COIN_PACKS, COIN_RATE_MAX, CURRENCIES, GIFTS } from '../money.ts'
import { amountMinor, contract, id, page, pageOf, timeMs } from './contract.ts'
import { paymentView } from './payments.ts'

const tag = 'Tips'
const packIds = COIN_PACKS.map((pack) => pack.id)
const giftIds = GIFTS.map((gift) => gift.id)

export const wallet = contract({
  method: 'GET',
  path: '/wallet',
  tag,
  summary: 'My coins, and the currency that packs of coins are sold in',
  who: 'visitor',
  output: z.object({ coins: z.int(), currency: z.enum(CURRENCIES) }),
})

export const walletEntries = contract({
  method: 'GET',
  path: '/wallet/entries',
  tag,
  summary: 'What my coins came from and went to, newest first',
  who: 'visitor',
  query: page,
  output: pageOf(
    z.object({
      id,
      at: timeMs,
      kind: z.enum(['coins_bought', 'tip', 'coins_forfeited']),
      coins: z.int().describe('Positive came in, negative went out'),
      tip: z.object({ showId: id, show: z.string(), giftId: z.enum(giftIds), count: z.int() }).nullable(),
      paid: z.object({ amountMinor, currency: z.enum(CURRENCIES) }).nullable(),
    }),
  ),
})

export const buyCoins = contract({
  method: 'POST',
  path: '/coin-purchases',
  tag,
  summary: 'Buy a pack of coins; they are in the wallet once the payment is captured',
  who: 'person',
  idempotent: true,
  body: z.object({ packId: z.enum(packIds), provider: z.string().max(20) }),
  output: z.object({ id, coins: z.int(), payment: paymentView }),
  status: 201,
  errors: ['payment_provider_off', 'account_needed'],
})

export const sendTip = contract({
  method: 'POST',
  path: '/shows/:showId/tips',
  tag,
  summary: 'Tip the hosts of a live show with coins',
  who: 'person',
  idempotent: true,
  params: z.object({ showId: id }),
  body: z.object({ giftId: z.enum(giftIds), count: z.int().min(1).max(99).default(1) }),
  output: z.object({ tipId: id, coins: z.int(), walletCoins: z.int(), at: timeMs }),
  status: 201,
  errors: ['not_enough_coins', 'show_not_live', 'account_needed', 'banned'],
})

export const showEarnings = contract({
  method: 'GET',
  path: '/tenants/:tenantId/shows/:showId/earnings',
  tag,
  summary: 'What a show earned in tips',
  who: 'earnings:read',
  params: z.object({ tenantId: id, showId: id }),
  output: z.object({ coins: z.int(), tips: z.int() }),
})

const coinRate = z.object({
  version: z.int().describe('0: never set, and tips wait'),
  currency: z.enum(CURRENCIES),
  minorPer100Coins: z.int().min(0).describe('What a hundred coins are worth to who earned them'),
})
export type CoinRate = z.infer<typeof coinRate>

export const tipStatement = contract({
  method: 'GET',
  path: '/tenants/:tenantId/tips',
  tag,
  summary: 'Tips of the tenant made into money, by show, newest first, and what waits for it',
  who: 'payouts:read',
  params: z.object({ tenantId: id }),
  query: page,
  output: pageOf(
    z.object({
      id,
      at: timeMs,
      show: z.object({ id, title: z.string() }),
      coins: z.int(),
      currency: z.enum(CURRENCIES),
      minorPer100Coins: z.int(),
      amountMinor,
      host: z.object({ name: z.string(), amountMinor }).nullable(),
    }),
  ).extend({ waitingCoins: z.int(), rate: coinRate }),
})

export const getCoinRate = contract({
  method: 'GET',
  path: '/coin-rate',
  tag: 'Operator',
  summary: 'What coins of tips are worth to who earned them',
  who: 'operator',
  output: coinRate,
})

export const putCoinRate = contract({
  method: 'PUT',
  path: '/coin-rate',
  tag: 'Operator',
  summary: 'Set what coins of tips are worth, for all that are not made into money yet',
  who: 'operator',
  body: z.object({ minorPer100Coins: z.int().min(1).max(COIN_RATE_MAX) }),
  output: coinRate,
  errors: ['unavailable'],
})
