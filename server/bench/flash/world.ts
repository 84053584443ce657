import { createTickets } from '../../src/accounts/index.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import type { Db } from '../../src/kernel/db.ts'
import { deriveKey, randomToken, sha256 } from '../../src/kernel/secrets.ts'
import {
  type Merchant,
  makeMerchant,
  makePeople,
  makeRunningSale,
  makeSku,
  testLimits,
} from '../../test/fixtures.ts'

/** What one run of one row is played on: a merchant, SKUs with stock, and buyers with a session each. */
export interface FlashWorld {
  showId: string
  skuIds: string[]
  /** The running flash sale that all buy in; null where they buy SKUs at their price. */
  saleId: string | null
  priceMinor: number
  tokens: string[]
  /** To the show's flash sale; none where they buy SKUs at their price. */
  orderTickets: string[]
}

/** What servers of the bench sign with, so that buyers hold tickets without having asked each server. */
export const SECRET = 'the secret of no more than this bench'

export const PRICE_MINOR = 5000
const SALE_PRICE_MINOR = 3000
/** How much more there is than goes into the sale: its own quantity is what ends it. */
const STOCK_OF_SALE = 2

export async function makeWorld(
  db: Db,
  size: { buyers: number; skus: number; units: number; sale?: boolean },
): Promise<FlashWorld> {
  const merchant = await makeMerchant(db)
  const skuIds: string[] = []
  for (let n = 0; n < size.skus; n++) {
    const units = size.units * (size.sale ? STOCK_OF_SALE : 1)
    skuIds.push(await makeSku(db, merchant, { units, priceMinor: PRICE_MINOR, perBuyerLimit: 2 }))
  }
  const terms = { priceMinor: SALE_PRICE_MINOR, quantity: size.units, perBuyerLimit: 2 }
  const saleId = size.sale ? await makeRunningSale(db, merchant, skuIds[0]!, terms) : null
  const people = await makePeople(db, size.buyers)
  const tokens = people.map(() => randomToken())
  await db.sql`
    insert into sessions (token_hash, person_id, kind, expires_at)
    select token_hash, person_id, 'cookie', now() + interval '1 day'
    from unnest(${tokens.map(sha256)}::text[], ${people}::text[]) as s(token_hash, person_id)`
  await db.sql`analyze` // every row meets the same statistics
  const priceMinor = size.sale ? SALE_PRICE_MINOR : PRICE_MINOR
  const orderTickets = size.sale ? await ticketsOf(merchant, people) : []
  return { showId: merchant.showId, skuIds, saleId, priceMinor, tokens, orderTickets }
}

const tickets = createTickets({
  key: deriveKey(SECRET, 'tickets'),
  ...testLimits.tickets,
  clock: systemClock,
})

const ticketsOf = ({ tenantId, showId }: Merchant, people: readonly string[]): Promise<string[]> =>
  Promise.all(
    people.map((personId) =>
      tickets.issue({
        right: 'order',
        tenantId,
        showId,
        personId,
        name: 'Buyer',
        guest: false,
        role: 'viewer',
      }),
    ),
  )

/** What Postgres holds after a run: units promised past what there was, and units that should have been sold. */
export async function outcome(db: Db, { skuIds }: FlashWorld): Promise<{ oversold: number; left: number }> {
  const [row] = await db.sql<{ oversold: number; left: number }[]>`
    select coalesce(sum(greatest(0, ordered.units - there.units)), 0)::int as oversold,
      coalesce(sum(greatest(0, there.units - ordered.units)), 0)::int as left
    from stock s left join flash_sales f on f.tenant_id = s.tenant_id and f.sku_id = s.sku_id, lateral (
      select least(s.on_hand, f.quantity) as units) there, lateral (
      select coalesce(sum(l.quantity), 0) as units from order_lines l
      join orders o on o.tenant_id = l.tenant_id and o.id = l.order_id
      where l.sku_id = s.sku_id and o.status not in ('cancelled', 'expired')) ordered
    where s.sku_id = any(${skuIds})`
  return row!
}
