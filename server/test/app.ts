import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { type App, startApp } from '../src/app.ts'
import { type Config, loadConfig } from '../src/config.ts'
import { freePort } from './ports.ts'
import { testDatabaseUrl, testRedis, testRedisUrl } from './world.ts'

/** The whole server on free ports, on a database of its own, until the test file ends. */
export async function testApp(
  environment: Record<string, string> = {},
  stageLimits: Partial<Config['limits']['stage']> = {},
): Promise<App & { config: Config }> {
  await testRedis() // empties it
  const dataDir = mkdtempSync(join(tmpdir(), 'shelfcast-test-'))
  const port = await freePort()
  const mediaPort = await freePort()
  const loaded = loadConfig({
    NODE_ENV: 'test',
    DATABASE_URL: await testDatabaseUrl(),
    REDIS_URL: testRedisUrl(),
    DATA_DIR: dataDir,
    PORT: String(port),
    MEDIA_PORT: String(mediaPort),
    MEDIA_WORKERS: '1',
    MEDIASOUP_WORKER_BIN: process.env.MEDIASOUP_WORKER_BIN,
    PAYMENT_PROVIDERS: 'sandbox',
    LOG_LEVEL: process.env.TEST_LOG ?? 'silent',
    ...environment,
  })
  const { limits } = loaded
  const config = { ...loaded, limits: { ...limits, stage: { ...limits.stage, ...stageLimits } } }
  const app = await startApp(config)
  afterAll(async () => {
    await app.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
  return { ...app, config }
}

const PASSWORD = 'correct horse battery'
let count = 0

/** A person with a session: `fetch` as them. */
export async function signedUp(app: Pick<App, 'domains' | 'url'>, name = 'Ann') {
  const login = `person-${++count}-${Date.now()}@example.com`
  const person = await app.domains.accounts.people.signUp({ login, password: PASSWORD, name })
  return { ...person, login, password: PASSWORD, ...(await session(app, person.id)) }
}

async function session(app: Pick<App, 'domains' | 'url'>, personId: string) {
  const token = await app.domains.accounts.sessions.open(personId)
  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${app.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  return { token, call }
}

/** A flash sale of the merchant's SKU that sells now: nobody waits for its countdown. @returns its id */
export async function runningSale(
  app: Pick<App, 'domains'>,
  shop: Awaited<ReturnType<typeof merchant>>,
  terms: {
    priceMinor?: number
    quantity?: number
    allocation?: 'hold' | 'first_paid'
    durationS?: number
  } = {},
): Promise<{ id: string }> {
  const { promotions, db } = app.domains
  const [tenantId, showId, by] = [shop.tenant.id, shop.show.id, shop.owner.id]
  const { id } = await promotions.create(
    tenantId,
    showId,
    {
      ...{
        skuId: shop.sku.id,
        priceMinor: 4900,
        quantity: 1,
        perBuyerLimit: 1,
        countdownS: 10,
        durationS: 300,
      },
      ...{ allocation: 'hold', plannedAt: null },
      ...terms,
    },
    by,
  )
  await promotions.start({ tenantId, showId, saleId: id }, by)
  await db.sql`update flash_sales set starts_at = now() - interval '1 second' where id = ${id}`
  for (;;) {
    const [sale] = await db.sql<{ status: string }[]>`select status from flash_sales where id = ${id}`
    if (sale?.status === 'running') return { id }
    await new Promise((resolve) => setTimeout(resolve, 50)) // until the clock has looked
  }
}

/** A merchant with an owner, a product on the shelf of a scheduled show, and `stock` units of its SKU. */
export async function merchant(
  app: Pick<App, 'domains' | 'url'>,
  options: { stock?: number; priceMinor?: number } = {},
) {
  const { accounts, products, shows } = app.domains
  const owner = await signedUp(app, 'Owner')
  const tenant = await accounts.tenants.create({
    name: 'Lumen Goods',
    slug: `lumen-${++count}-${Date.now().toString(36)}`,
    currency: 'CNY',
    ownerId: owner.id,
  })
  const product = await products.create(tenant.id, {
    title: 'Cloud mug',
    description: 'Hand-thrown.',
    status: 'active',
    skus: [
      {
        code: 'MUG',
        options: {},
        priceMinor: options.priceMinor ?? 7900,
        perBuyerLimit: null,
        stock: options.stock ?? 10,
      },
    ],
  })
  const show = await shows.create(tenant.id, {
    title: 'Winter evening',
    scheduledAt: null,
    hostIds: [owner.id],
  })
  const [item] = await shows.shelf.put(tenant.id, show.id, [
    { productId: product.id, sellingPoint: 'never cold', livePriceMinor: null },
  ])
  return { owner, tenant, product, sku: product.skus[0]!, show, item: item! }
}
