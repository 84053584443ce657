import type { Db } from '../src/kernel/db.ts'
import { randomToken, sha256 } from '../src/kernel/secrets.ts'
import { makeMerchant, makePeople, makeSku } from '../test/fixtures.ts'

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
    skuIds,
    priceMinor: PRICE_MINOR,
    ownerToken: (await signedIn(merchant.ownerId)).token,
    buyers: await Promise.all(people.map(signedIn)),
    nextKey: () => ++keys,
  }
}
