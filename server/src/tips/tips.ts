import { COIN_PACKS, type CoinPackId, type Currency, GIFTS, type GiftId } from '@shelfcast/shared/money.ts'
import type { DownOf } from '@shelfcast/shared/protocol/down.ts'
import type { TipView } from '@shelfcast/shared/protocol/parts.ts'
import { z } from 'zod'
import type { Limits } from '../config.ts'
import type { Actor } from '../kernel/actor.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'
import { isRefusal, type KeptAnswer, keyed, refusalOf } from '../kernel/idempotency.ts'
import { newId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { Outbox } from '../kernel/outbox.ts'
import { untilDecided } from '../kernel/retry.ts'
import { type Closable, startTicker } from '../kernel/ticker.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Payments } from '../payments/index.ts'
import { createSettlements } from './settlements.ts'
import { createWalletEntries } from './wallet.ts'

export interface TipsDeps {
  db: Db
  rooms: { publish(showId: string, event: DownOf<'gift'>): void }
  outbox: Pick<Outbox, 'on' | 'nudge'>
  payments: Pick<Payments, 'buyCoins'>
  ledger: Pick<Ledger, 'balance'>
  shows: { find(showId: string): Promise<{ tenantId: string } | null> }
  isBanned(tenantId: string, personId: string): Promise<boolean>
  clock: Clock
  log: Log
  limits: Limits['tips']
  /** What coins are sold in. */
  platformCurrency: Currency
  /** Most tips in a room's snapshot. */
  recentMax: number
}

export interface TipReceipt {
  tipId: string
  coins: number
  walletCoins: number
  at: number
}

const sent = z.object({
  showId: z.string(),
  id: z.string(),
  personId: z.string(),
  name: z.string(),
  giftId: z.string(),
  count: z.number(),
  coins: z.number(),
  at: z.number(),
})

export type Tips = ReturnType<typeof createTips>

/**
 * Coins and what viewers do with them. Coins belong to the platform; a tip makes them the tenant's earnings, until they
 * are made into money (settlements.ts).
 */
export function createTips(deps: TipsDeps) {
  const { rooms, outbox, payments, ledger, shows, clock } = deps
  const { sql } = deps.db
  const settlements = createSettlements(deps)
  let ticker: Closable | null = null

  // The room hears of a tip after its commit, at least once; players show each tip id once.
  outbox.on('tip.sent', (payload) => {
    const { showId, ...tip } = sent.parse(payload)
    rooms.publish(showId, { t: 'tip', tip })
  })

  return {
    settlements,
    walletEntries: createWalletEntries(deps.db),

    start(): void {
      ticker ??= startTicker('tips', deps.limits.settleEveryMs, deps.log, settlements.settle)
    },
    async close(): Promise<void> {
      await ticker?.close()
    },

    /** A person's coins, and what more of them are sold in. */
    async wallet(personId: string): Promise<{ coins: number; currency: Currency }> {
      const coins = await ledger.balance({
        ownerKind: 'person',
        ownerId: personId,
        kind: 'wallet',
        currency: 'COIN',
      })
      return { coins, currency: deps.platformCurrency }
    },

    /** Coins are in the wallet once the payment is captured. @throws Fault `account_needed`, `payment_provider_off` */
    async buyCoins(actor: Actor, packId: CoinPackId, provider: string, key: string) {
      if (actor.guest) throw new Fault('account_needed')
      const { coins, priceMinor } = found(COIN_PACKS.find((pack) => pack.id === packId))
      return payments.buyCoins({
        personId: actor.personId,
        coins,
        amountMinor: priceMinor,
        currency: deps.platformCurrency,
        provider,
        key,
      })
    },

    /**
     * @throws Fault `account_needed`, `not_found`, `banned`, `show_not_live`, `not_enough_coins`,
     * `idempotency_key_reused`
     */
    async send(
      actor: Actor,
      showId: string,
      gift: { giftId: GiftId; count: number },
      key: string,
    ): Promise<TipReceipt> {
      if (actor.guest) throw new Fault('account_needed')
      const { tenantId } = found(await shows.find(showId))
      if (await deps.isBanned(tenantId, actor.personId)) throw new Fault('banned')
      const { coins } = found(GIFTS.find((one) => one.id === gift.giftId))
      const by = keyed(actor.personId, 'POST /shows/:showId/tips', key, { showId, ...gift })
      const tip = { id: newId('tip'), tenantId, showId, name: actor.name, ...gift, coins: coins * gift.count }
      const [answer] = await untilDecided(
        () => sql<KeptAnswer[]>`
          select status, response from send_tip(${by.personId}, ${by.route}, ${by.key}, ${by.requestHash},
            ${JSON.stringify(tip)}::text::jsonb, ${new Date(clock.now())})`,
      )
      const kept = found(answer)
      if (isRefusal(kept)) throw refusalOf(kept)
      outbox.nudge()
      return kept.response as TipReceipt // written by send_tip, under this key
    },

    /** The newest tips of a show, oldest of them first. */
    async recent(showId: string): Promise<TipView[]> {
      const rows = await sql<TipView[]>`
        select id, person_id as "personId", name, gift_id as "giftId", count, coins,
          (extract(epoch from created_at) * 1000)::bigint as at
        from tips where show_id = ${showId} order by id desc limit ${deps.recentMax}`
      return [...rows].reverse()
    },

    /** What a show has earned in tips. */
    async earnings(tenantId: string, showId: string): Promise<{ coins: number; tips: number }> {
      const [row] = await sql<{ coins: number; tips: number }[]>`
        select coalesce(sum(coins), 0)::bigint as coins, count(*)::int as tips
        from tips where tenant_id = ${tenantId} and show_id = ${showId}`
      return found(row)
    },
  }
}
