import type { Allocation } from '@shelfcast/shared/allocation.ts'
import type { Db } from '../src/kernel/db.ts'
import { randomToken, sha256 } from '../src/kernel/secrets.ts'
import { type Merchant, makeMerchant, makePeople, makeRunningSale, makeSku } from '../test/fixtures.ts'

export type Shop = Awaited<ReturnType<typeof openShop>>

const BUYERS = 300
const SKUS = 6
const PRICE_MINOR = 5000

/** A merchant with a show on air, a few scarce SKUs, and buyers who are signed in. */
export async function openShop(db: Db, url: string) {
  const merchant = await makeMerchant(db)
  const skuIds: string[] = []
  for (let n = 0; n < SKUS; n++) {
    skuIds.push(await makeSku(db, merchant, { units: 20, priceMinor: PRICE_MINOR, perBuyerLimit: 6 }))
  }
  const sales = [await flashSale(db, merchant, 'hold'), await flashSale(db, merchant, 'first_paid')]
  const people = await makePeople(db, BUYERS)
  const signedIn = async (personId: string) => {
    const token = randomToken()
    await db.sql`
      insert into sessions (token_hash, person_id, kind, expires_at)
      values (${sha256(token)}, ${personId}, 'cookie', now() + interval '1 day')`
    return { personId, token }
  }
  let keys = 0
  return {
    ...merchant,
    url,
    skuIds: [...skuIds, ...sales.map(({ skuId }) => skuId)],
    sales,
    priceMinor: PRICE_MINOR,
    ownerToken: (await signedIn(merchant.ownerId)).token,
    buyers: await Promise.all(people.map(signedIn)),
    nextKey: () => ++keys,
    /** By the buyer's token. */
    orderTickets: new Map<string, string>(),
  }
}

/** A scarce one that outlasts the torture: nothing is left of it most of the time, and people wait. */
async function flashSale(db: Db, merchant: Merchant, allocation: Allocation) {
  const skuId = await makeSku(db, merchant, { units: 20, priceMinor: PRICE_MINOR, perBuyerLimit: 6 })
  const saleId = await makeRunningSale(db, merchant, skuId, {
    ...{ priceMinor: PRICE_MINOR, quantity: 8, perBuyerLimit: 3, allocation },
  })
  await db.sql`update flash_sales set ends_at = now() + interval '7 days' where id = ${saleId}`
  return { skuId, saleId, allocation }
}
