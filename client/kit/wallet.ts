import { type ReadonlySignal, signal } from '@preact/signals'
import type { CoinPackId, Currency, GiftId } from '@shelfcast/shared/money.ts'
import { type Answer, call } from './api.ts'
import { createAttempts } from './attempt.ts'
import { createKeeper } from './keep.ts'

/** My coins, and the two things they move by: buying packs and sending gifts. */
export interface Wallet {
  /** Null until known. */
  readonly coins: ReadonlySignal<number | null>
  /** What packs are sold in. */
  readonly currency: ReadonlySignal<Currency | null>
  refresh(): Promise<void>
  buy(packId: CoinPackId, provider: string): Promise<Answer<'POST /coin-purchases'>>
  send(showId: string, giftId: GiftId, count: number): Promise<void>
}

export function createWallet(): Wallet {
  const coins = signal<number | null>(null)
  const currency = signal<Currency | null>(null)
  const purchases = createAttempts()
  const tips = createAttempts(createKeeper('shelfcast.tip-attempt'))
  return {
    coins,
    currency,
    async refresh() {
      const wallet = await call('GET /wallet')
      coins.value = wallet.coins
      currency.value = wallet.currency
    },
    buy(packId, provider) {
      const body = { packId, provider }
      return purchases.run(body, (idempotencyKey) => call('POST /coin-purchases', { body, idempotencyKey }))
    },
    async send(showId, giftId, count) {
      const params = { showId }
      const body = { giftId, count }
      const sent = await tips.run({ params, body }, (idempotencyKey) =>
        call('POST /shows/:showId/tips', { params, body, idempotencyKey }),
      )
      coins.value = sent.walletCoins
    },
  }
}
