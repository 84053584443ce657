import type { CoinRate, tipStatement } from '@shelfcast/shared/api/tips.ts'
import type { Currency } from '@shelfcast/shared/money.ts'
import type { z } from 'zod'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { Fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { pageOf } from '../kernel/page.ts'
import { untilDecided } from '../kernel/retry.ts'

type Settled = z.output<typeof tipStatement.output>['items'][number]

/**
 * Tips made into money: by the operator's rate, to the tenant's sales and the commission of the show's host. A change
 * of the rate is a new version, and counts for what is not settled yet.
 */
export function createSettlements(deps: {
  db: Db
  clock: Clock
  log: Log
  /** What coins are sold in, and tips are paid in. */
  platformCurrency: Currency
  limits: Limits['tips']
}) {
  const { sql } = deps.db
  const { clock, log, platformCurrency, limits } = deps

  async function rate(): Promise<CoinRate> {
    const [row] = await sql<CoinRate[]>`
      select version, currency, minor_per_100_coins as "minorPer100Coins"
      from coin_rates where currency = ${platformCurrency} order by version desc limit 1`
    return row ?? { version: 0, currency: platformCurrency, minorPer100Coins: 0 }
  }

  return {
    rate,

    /** @throws Fault `unavailable` when another change came at the same moment */
    async putRate(minorPer100Coins: number, personId: string): Promise<CoinRate> {
      const { version } = await rate()
      const [row] = await sql<CoinRate[]>`
        insert into coin_rates (currency, version, minor_per_100_coins, by)
        values (${platformCurrency}, ${version + 1}, ${minorPer100Coins}, ${personId})
        on conflict do nothing returning version, currency, minor_per_100_coins as "minorPer100Coins"`
      if (!row) throw new Fault('unavailable')
      return row
    },

    /** Makes tips that are old enough into money. @returns of how many shows */
    async settle(): Promise<number> {
      const now = clock.now()
      const before = new Date(now - limits.settleAfterMs)
      let settled = 0
      for (;;) {
        const [row] = await untilDecided(
          () => sql<{ count: number }[]>`
            select settle_tips(${platformCurrency}, ${before}, ${new Date(now)}, ${limits.showsSettledMax}) as count`,
        )
        const count = row?.count ?? 0
        settled += count
        if (count < limits.showsSettledMax) break
      }
      if (settled > 0) log.info({ shows: settled }, 'tips settled')
      return settled
    },

    /** The merchant's tips as they became money, newest first, and what waits for it. */
    async statement(tenantId: string, { after, limit }: { after?: string | undefined; limit: number }) {
      const rows = await sql<Settled[]>`
        select s.id, (extract(epoch from s.created_at) * 1000)::bigint as at,
          jsonb_build_object('id', w.id, 'title', w.title) as show, s.coins, s.currency,
          s.minor_per_100_coins as "minorPer100Coins", s.amount_minor as "amountMinor",
          case when s.host_id is not null then jsonb_build_object('name', p.name, 'amountMinor', s.host_minor) end as host
        from tip_settlements s join shows w on w.tenant_id = s.tenant_id and w.id = s.show_id
        left join persons p on p.id = s.host_id
        where s.tenant_id = ${tenantId} ${after ? sql`and s.id < ${after}` : sql``}
        order by s.id desc limit ${limit + 1}`
      const [waiting] = await sql<{ coins: number }[]>`
        select coalesce(sum(coins), 0)::bigint as coins from tips where tenant_id = ${tenantId} and settlement_id is null`
      return { ...pageOf(rows, limit), waitingCoins: waiting?.coins ?? 0, rate: await rate() }
    },
  }
}
