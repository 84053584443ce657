import { z } from 'zod'
import { COIN_PACKS, CURRENCIES, GIFTS } from '../money.ts'
import { contract, id, timeMs } from './contract.ts'
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
