import { loadConfig } from '../src/config.ts'
import type { Db } from '../src/kernel/db.ts'
import { newId } from '../src/kernel/ids.ts'

/** Rows that tests of commerce start from, by plain inserts: no domain is needed to make them. */

export const testLimits = loadConfig({ DATABASE_URL: 'postgres://x/y', REDIS_URL: 'redis://x' }).limits

/** What accounts need to write mails, for tests in which none is written. */
export const noMails = { outbox: { nudge() {} }, mail: { on() {} }, publicUrl: 'http://localhost' }

export interface Merchant {
  tenantId: string
  showId: string
  ownerId: string
}

export async function makePerson(db: Db, kind: 'person' | 'guest' = 'person'): Promise<string> {
  const id = newId('per')
  await db.sql`insert into persons (id, kind, name) values (${id}, ${kind}, ${`Buyer ${id.slice(-4)}`})`
  return id
}

export async function makePeople(db: Db, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId('per'))
  await db.sql`insert into persons (id, kind, name) select id, 'person', 'Buyer' from unnest(${ids}::text[]) id`
  return ids
}

/** A tenant in CNY with an owner and a show on air. */
export async function makeMerchant(db: Db, status: 'live' | 'scheduled' = 'live'): Promise<Merchant> {
  const { sql } = db
  const tenantId = newId('ten')
  const showId = newId('shw')
  const ownerId = await makePerson(db)
  await sql`insert into tenants (id, name, slug, currency) values (${tenantId}, 'Lumen', ${tenantId}, 'CNY')`
  await sql`insert into memberships (tenant_id, person_id, role) values (${tenantId}, ${ownerId}, 'owner')`
  await sql`
    insert into shows (tenant_id, id, title, status, started_at)
    values (${tenantId}, ${showId}, 'Show', ${status}, ${status === 'live' ? new Date() : null})`
  return { tenantId, showId, ownerId }
}

/** An active product with one SKU on the shelf of the merchant's show. @returns the SKU's id */
export async function makeSku(
  db: Db,
  { tenantId, showId }: Merchant,
  given: { units?: number; priceMinor?: number; livePriceMinor?: number; perBuyerLimit?: number } = {},
): Promise<string> {
  const { sql } = db
  const productId = newId('prd')
  const skuId = newId('sku')
  const units = given.units ?? 10
  await sql`
    insert into products (tenant_id, id, title, status) values (${tenantId}, ${productId}, 'Lamp', 'active')`
  await sql`
    insert into skus (tenant_id, id, product_id, code, options, price_minor, per_buyer_limit)
    values (${tenantId}, ${skuId}, ${productId}, 'L', '{"colour":"amber"}', ${given.priceMinor ?? 5000},
            ${given.perBuyerLimit ?? null})`
  await sql`insert into stock (tenant_id, sku_id, on_hand, available) values (${tenantId}, ${skuId}, ${units}, ${units})`
  await sql`
    insert into shelf_items (tenant_id, id, show_id, product_id, place, live_price_minor)
    values (${tenantId}, ${newId('itm')}, ${showId}, ${productId}, 0, ${given.livePriceMinor ?? null})`
  return skuId
}

export async function productOf({ sql }: Db, skuId: string): Promise<string> {
  const [row] = await sql<{ id: string }[]>`select product_id as id from skus where id = ${skuId}`
  return row!.id
}

/** A flash sale that has been running for a second. @returns its id */
export async function makeRunningSale(
  db: Db,
  { tenantId, showId }: Merchant,
  skuId: string,
  given: {
    priceMinor?: number
    quantity?: number
    perBuyerLimit?: number
    allocation?: 'hold' | 'first_paid'
  } = {},
): Promise<string> {
  const id = newId('sal')
  await db.sql`
    insert into flash_sales (tenant_id, id, show_id, sku_id, status, price_minor, quantity, per_buyer_limit,
      allocation, countdown_s, duration_s, starts_at, ends_at)
    values (${tenantId}, ${id}, ${showId}, ${skuId}, 'running', ${given.priceMinor ?? 1000}, ${given.quantity ?? 5},
      ${given.perBuyerLimit ?? 1}, ${given.allocation ?? 'hold'}, 10, 300, ${new Date(Date.now() - 1000)}, ${new Date(Date.now() + 299_000)})`
  return id
}

/** A room engine that only remembers what it was asked to deliver. */
export function recordingRooms() {
  const published: { showId: string; event: { t: string } & Record<string, unknown> }[] = []
  const told: { showId: string; personId: string; event: { t: string } & Record<string, unknown> }[] = []
  return {
    published,
    told,
    tell(showId: string, personId: string, event: { t: string }): void {
      told.push({ showId, personId, event: { ...event } })
    },
    publish(showId: string, event: { t: string }): void {
      published.push({ showId, event: { ...event } })
    },
  }
}
