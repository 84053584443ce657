import type { walletEntries } from '@shelfcast/shared/api/tips.ts'
import type { z } from 'zod'
import type { Db } from '../kernel/db.ts'
import { pageOf } from '../kernel/page.ts'
import { newestEntries } from '../ledger/index.ts'

type Entry = z.output<typeof walletEntries.output>['items'][number]

/** What a person's coins came from and went to, newest first. */
export const createWalletEntries =
  ({ sql }: Db) =>
  async (personId: string, page: { after?: string | undefined; limit: number }) => {
    const rows = await sql<Entry[]>`
      select e.id, (extract(epoch from e.created_at) * 1000)::bigint as at, t.kind, e.amount_minor as coins,
        case when p.id is not null then
          jsonb_build_object('showId', p.show_id, 'show', w.title, 'giftId', p.gift_id, 'count', p.count) end as tip,
        case when c.id is not null then
          jsonb_build_object('amountMinor', c.amount_minor, 'currency', c.currency) end as paid
      from ledger_accounts a cross join lateral ${newestEntries(sql, sql`a.id`, page)} e
      join ledger_transfers t on t.id = e.transfer_id
      left join tips p on t.kind = 'tip' and p.transfer_id = t.id and p.person_id = a.owner_id
      left join shows w on w.tenant_id = p.tenant_id and w.id = p.show_id
      left join coin_purchases c on t.kind = 'coins_bought' and c.id = t.ref
      where a.owner_kind = 'person' and a.owner_id = ${personId} and a.kind = 'wallet'
      order by e.id desc limit ${page.limit + 1}`
    return pageOf(rows, page.limit)
  }
