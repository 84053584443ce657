import type { Db } from '../../src/kernel/db.ts'
import { randomToken, sha256 } from '../../src/kernel/secrets.ts'
import { makeMerchant, makePeople, makeSku } from '../../test/fixtures.ts'

/** What one run of one row is played on: a merchant, SKUs with stock, and buyers with a session each. */
export interface FlashWorld {
  showId: string
  skuIds: string[]
  tokens: string[]
}

export const PRICE_MINOR = 5000

export async function makeWorld(
  db: Db,
  size: { buyers: number; skus: number; units: number },
): Promise<FlashWorld> {
  const merchant = await makeMerchant(db)
  const skuIds: string[] = []
  for (let n = 0; n < size.skus; n++) {
    skuIds.push(await makeSku(db, merchant, { units: size.units, priceMinor: PRICE_MINOR, perBuyerLimit: 2 }))
  }
  const people = await makePeople(db, size.buyers)
  const tokens = people.map(() => randomToken())
  await db.sql`
    insert into sessions (token_hash, person_id, kind, expires_at)
    select token_hash, person_id, 'cookie', now() + interval '1 day'
    from unnest(${tokens.map(sha256)}::text[], ${people}::text[]) as s(token_hash, person_id)`
  await db.sql`analyze` // every row meets the same statistics
  return { showId: merchant.showId, skuIds, tokens }
}

/** What Postgres holds after a run: units promised past the stock, and units that should have been sold. */
export async function outcome(db: Db, { skuIds }: FlashWorld): Promise<{ oversold: number; left: number }> {
  const [row] = await db.sql<{ oversold: number; left: number }[]>`
    select coalesce(sum(greatest(0, ordered.units - s.on_hand)), 0)::int as oversold,
      coalesce(sum(greatest(0, s.on_hand - ordered.units)), 0)::int as left
    from stock s, lateral (
      select coalesce(sum(l.quantity), 0) as units from order_lines l
      join orders o on o.tenant_id = l.tenant_id and o.id = l.order_id
      where l.sku_id = s.sku_id and o.status not in ('cancelled', 'expired')) ordered
    where s.sku_id = any(${skuIds})`
  return row!
}
