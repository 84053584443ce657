import type { Allocation } from '@shelfcast/shared/allocation.ts'
import type { ShippingRule } from '@shelfcast/shared/api/shipping.ts'
import type { Db } from '../src/kernel/db.ts'
import { randomToken, sha256 } from '../src/kernel/secrets.ts'
import { feeMinorOf } from '../src/shipping/index.ts'
import { type Merchant, makeMerchant, makePeople, makeRunningSale, makeSku } from '../test/fixtures.ts'

export type Shop = Awaited<ReturnType<typeof openShop>>

export interface OpenSale {
  skuId: string
  saleId: string
  priceMinor: number
}

const BUYERS = 60
const TIPPERS = 12
const SKUS = 6
const DESK_SKUS = 2
/** Neither is a multiple of what is given back in parts. */
const PRICE_MINOR = 4999
export const SALE_PRICE_MINOR = 3331
const DELIVERY = { feeMinor: 701, freeFromMinor: 3 * PRICE_MINOR }
const SHIPPING: ShippingRule = { elsewhere: null, zones: [{ country: 'CN', regions: [], terms: DELIVERY }] }

/** What an order comes to, with its delivery. */
export function totalMinorOf(lines: readonly { unitMinor: number; quantity: number }[]): number {
  const itemsMinor = lines.reduce((total, { unitMinor, quantity }) => total + unitMinor * quantity, 0)
  return itemsMinor + feeMinorOf(DELIVERY, itemsMinor)
}

/** A merchant with a show on air, a few scarce SKUs, and buyers who are signed in. */
export async function openShop(db: Db, urls: readonly string[]) {
  const { sql } = db
  const merchant = await makeMerchant(db)
  const { tenantId, ownerId } = merchant
  await sql`
    insert into shipping_rules (tenant_id, version, rule, by)
    values (${tenantId}, 1, ${JSON.stringify(SHIPPING)}::text::jsonb, ${ownerId})`
  const scarce = () => makeSku(db, merchant, { units: 20, priceMinor: PRICE_MINOR, perBuyerLimit: 6 })
  await keepOnAir(db)
  const skuIds = await several(SKUS, scarce)
  const deskSkuIds = await several(DESK_SKUS, scarce)
  const lasting = [await lastingSale(db, merchant, 'hold'), await lastingSale(db, merchant, 'first_paid')]
  const [operatorId, ...people] = await makePeople(db, 1 + BUYERS + TIPPERS)
  await sql`update persons set operator = true where id = ${operatorId!}`
  const signedIn = async (personId: string) => {
    const token = randomToken()
    await sql`
      insert into sessions (token_hash, person_id, kind, expires_at)
      values (${sha256(token)}, ${personId}, 'cookie', now() + interval '1 day')`
    return { personId, token }
  }
  let keys = 0
  let open: readonly OpenSale[] = lasting
  return {
    ...merchant,
    urls,
    skuIds: [...skuIds, ...deskSkuIds, ...lasting.map(({ skuId }) => skuId)],
    /** Those whose flash sales come and go. */
    deskSkuIds,
    priceMinor: PRICE_MINOR,
    ownerToken: (await signedIn(ownerId)).token,
    operatorToken: (await signedIn(operatorId!)).token,
    buyers: await Promise.all(people.slice(0, BUYERS).map(signedIn)),
    tippers: await Promise.all(people.slice(BUYERS).map(signedIn)),
    /** To the show's flash sales, by the buyer's token. */
    orderTickets: new Map<string, string>(),
    nextKey: () => `torture-${++keys}`,
    /** Flash sales as the desk saw them last: some may be over. */
    openSales: () => open,
    sell(sales: readonly OpenSale[]): void {
      open = sales
    },
  }
}

/** Nobody hosts, and the stage would pause the show at once and end it soon, with all of its sales. */
async function keepOnAir({ sql }: Db): Promise<void> {
  await sql.unsafe(`
    create function keep_on_air() returns trigger language plpgsql as $$ begin
      new.status := 'live'; new.host_away_since := null; new.ended_at := null; return new;
    end $$;
    create trigger keep_on_air before update of status on shows for each row execute function keep_on_air()`)
}

async function several<T>(count: number, make: () => Promise<T>): Promise<T[]> {
  const made: T[] = []
  while (made.length < count) made.push(await make())
  return made
}

/** A scarce one that outlasts the torture: nothing is left of it most of the time, and people wait. */
async function lastingSale(db: Db, merchant: Merchant, allocation: Allocation): Promise<OpenSale> {
  const skuId = await makeSku(db, merchant, { units: 20, priceMinor: PRICE_MINOR, perBuyerLimit: 6 })
  const saleId = await makeRunningSale(db, merchant, skuId, {
    ...{ priceMinor: SALE_PRICE_MINOR, quantity: 8, perBuyerLimit: 3, allocation },
  })
  await db.sql`update flash_sales set ends_at = now() + interval '7 days' where id = ${saleId}`
  return { skuId, saleId, priceMinor: SALE_PRICE_MINOR }
}
