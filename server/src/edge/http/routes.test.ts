import { contracts } from '@shelfcast/shared/api/all.ts'
import type { Contract } from '@shelfcast/shared/api/contract.ts'
import { ROLE_SCOPES, ROLES, type Scope } from '@shelfcast/shared/scopes.ts'
import { describe, expect, test } from 'vitest'
import { merchant, signedUp, testApp } from '../../../test/app.ts'
import { ADDRESS } from '../../../test/commerce.ts'
import { testLimits } from '../../../test/fixtures.ts'
import { newId } from '../../kernel/ids.ts'

/** Walks the route table: a tenant's data is nobody else's, and a role is a role. */

const app = await testApp()
const [mine, theirs] = [await merchant(app), await merchant(app)]
const nameOf = (contract: Contract) => `${contract.method} ${contract.path}`
const tenantRoutes = contracts.filter((contract) => contract.path.startsWith('/tenants/:tenantId'))

const saleOf = async (of: typeof mine) => {
  const body = { skuId: of.sku.id, priceMinor: 100, quantity: 1 }
  const response = await of.owner.call(
    'POST',
    `/tenants/${of.tenant.id}/shows/${of.show.id}/flash-sales`,
    body,
  )
  return ((await response.json()) as { id: string }).id
}

const campaignOf = async (of: typeof mine) => {
  const body = { name: 'Winter', skuId: of.sku.id, priceMinor: 7800, startsAt: Date.now() + 3000_000 }
  const response = await of.owner.call('POST', `/tenants/${of.tenant.id}/campaign-prices`, {
    ...body,
    endsAt: Date.now() + 3600_000,
  })
  return ((await response.json()) as { id: string }).id
}

const orderBody = (showId: string, skuId: string) => ({
  showId,
  lines: [{ skuId, quantity: 1, saleId: null }],
  address: ADDRESS,
  expectedTotalMinor: 7900,
})

/** An order of the merchant's product, placed over HTTP. */
const orderOf = async (of: typeof mine) => {
  const buyer = await signedUp(app, 'Buyer')
  const response = await buyer.call('POST', '/orders', orderBody(of.show.id, of.sku.id), {
    'idempotency-key': `order-${of.show.id}`,
  })
  return { buyer, id: ((await response.json()) as { id: string }).id }
}

const lineOf = async (of: typeof mine) => {
  const id = newId('lin')
  await app.domains.db.sql`
    insert into chat_lines (tenant_id, id, show_id, person_id, name, role, text)
    values (${of.tenant.id}, ${id}, ${of.show.id}, ${of.owner.id}, 'Owner', 'host', 'good evening')`
  return id
}

const parcelOf = async (of: typeof mine, orderId: string) => {
  const id = newId('pcl')
  await app.domains.db.sql`
    insert into parcels (tenant_id, id, order_id, carrier, tracking_number, shipped_at)
    values (${of.tenant.id}, ${id}, ${orderId}, 'SF', 'SF1', now())`
  return id
}

/** A challenge of another show of the same merchant. */
const battleOf = async (of: typeof mine) => {
  const { sql } = app.domains.db
  const other = await app.domains.shows.create(of.tenant.id, { title: 'B', scheduledAt: null, hostIds: [] })
  const id = newId('btl')
  await sql`
    insert into battles (id, duration_s, expires_at) values (${id}, 60, ${new Date(Date.now() + 3600_000)})`
  await sql`
    insert into battle_sides (battle_id, tenant_id, show_id, challenger)
    values (${id}, ${of.tenant.id}, ${of.show.id}, false), (${id}, ${of.tenant.id}, ${other.id}, true)`
  return id
}

/** What each merchant has, by the names that paths give it. */
const rowsOf = async (of: typeof mine) => {
  const orderId = (await orderOf(of)).id
  return {
    showId: of.show.id,
    itemId: of.item.id,
    productId: of.product.id,
    skuId: of.sku.id,
    saleId: await saleOf(of),
    campaignId: await campaignOf(of),
    orderId,
    parcelId: await parcelOf(of, orderId),
    lineId: await lineOf(of),
    refundId: 'ref_none',
    personId: of.owner.id,
    battleId: await battleOf(of),
    inviteId: (await app.domains.coHosts.invite({ tenantId: of.tenant.id, showId: of.show.id }, of.owner.id))
      .id,
  }
}
const rows = new Map<typeof mine, Record<string, string>>([
  [mine, await rowsOf(mine)],
  [theirs, await rowsOf(theirs)],
])

/** A path with real ids: the tenant's of one merchant, everything else of another. */
function pathOf(contract: Contract, tenant: typeof mine, rest: typeof mine): string {
  const ids: Record<string, string> = { ...rows.get(rest), tenantId: tenant.tenant.id }
  return contract.path.replace(/:(\w+)/g, (_, name: string) => ids[name] ?? `no test knows :${name}`)
}

/** A body that each write accepts, so that a refusal is about who and whose, not about the body. */
const BODIES: Record<string, unknown> = {
  'POST /tenants/:tenantId/orders/:orderId/pack': {},
  'POST /tenants/:tenantId/orders/:orderId/parcels': { carrier: 'SF', trackingNumber: 'SF1' },
  'POST /tenants/:tenantId/orders/:orderId/parcels/:parcelId/delivered': {},
  'POST /tenants/:tenantId/orders/:orderId/refunds': { lines: null, restock: false, reason: 'why' },
  'POST /tenants/:tenantId/orders/:orderId/refunds/:refundId/again': {},
  'POST /tenants/:tenantId/orders/:orderId/refunds/:refundId/elsewhere': { note: 'by hand' },
  'PUT /tenants/:tenantId/orders/:orderId/address': ADDRESS,
  'POST /tenants/:tenantId/orders/:orderId/unmask': { reason: 'why' },
  'POST /tenants/:tenantId/orders/:orderId/notes': { text: 'mine now' },
  'DELETE /tenants/:tenantId/identity-keys/:keyId': undefined,
  'PATCH /tenants/:tenantId/products/:productId': { title: 'Taken over' },
  'PUT /tenants/:tenantId/shipping': { elsewhere: null, zones: [] },
  'PUT /tenants/:tenantId/fees/host': { hostBps: 1, tipHostBps: 1 },
  'PUT /tenants/:tenantId/products/:productId/pictures': { pictures: [] },
  'POST /tenants/:tenantId/products/:productId/skus': { code: 'X', priceMinor: 1 },
  'PATCH /tenants/:tenantId/skus/:skuId': { priceMinor: 1 },
  'POST /tenants/:tenantId/skus/:skuId/stock': { delta: 1 },
  'PATCH /tenants/:tenantId/shows/:showId': { title: 'Taken over' },
  'POST /tenants/:tenantId/shows/:showId/end': {},
  'POST /tenants/:tenantId/shows/:showId/co-hosts': {},
  'DELETE /tenants/:tenantId/shows/:showId/co-hosts/:inviteId': undefined,
  'POST /tenants/:tenantId/shows/:showId/battle-code': {},
  'POST /tenants/:tenantId/shows/:showId/battles': { durationS: 60, rival: { showId: theirs.show.id } },
  'POST /tenants/:tenantId/shows/:showId/battles/:battleId/accept': {},
  'POST /tenants/:tenantId/shows/:showId/battles/:battleId/give-up': {},
  'DELETE /tenants/:tenantId/shows/:showId/battles/:battleId': undefined,
  'PUT /tenants/:tenantId/shows/:showId/shelf': { items: [] },
  'PUT /tenants/:tenantId/shows/:showId/pin': { itemId: null },
  'PATCH /tenants/:tenantId/shows/:showId/recording': { hidden: true },
  'DELETE /tenants/:tenantId/shows/:showId/recording': undefined,
  'PUT /tenants/:tenantId/shows/:showId/shelf/:itemId/script': { script: 'Read this' },
  'POST /tenants/:tenantId/shows/:showId/mutes': { personId: theirs.owner.id, minutes: 1 },
  'DELETE /tenants/:tenantId/shows/:showId/chat/:lineId': undefined,
  'PUT /tenants/:tenantId/shows/:showId/pinned-line': { lineId: rows.get(theirs)?.lineId },
  'DELETE /tenants/:tenantId/bans/:personId': undefined,
  'POST /tenants/:tenantId/shows/:showId/flash-sales': { skuId: theirs.sku.id, priceMinor: 1, quantity: 1 },
  'PATCH /tenants/:tenantId/shows/:showId/flash-sales/:saleId': { quantity: 1 },
  'POST /tenants/:tenantId/shows/:showId/flash-sales/:saleId/start': {},
  'POST /tenants/:tenantId/shows/:showId/flash-sales/:saleId/stop': {},
  'POST /tenants/:tenantId/campaign-prices': {
    ...{ name: 'Taken over', skuId: theirs.sku.id, priceMinor: 1 },
    ...{ startsAt: Date.now(), endsAt: Date.now() + 3600_000 },
  },
  'PATCH /tenants/:tenantId/campaign-prices/:campaignId': { priceMinor: 1 },
  'DELETE /tenants/:tenantId/campaign-prices/:campaignId': undefined,
}

const KEY = { 'idempotency-key': 'a-walk-through-the-routes' }

test('every route of a tenant asks for a scope', () => {
  expect(tenantRoutes.filter(({ who }) => !who.includes(':')).map(nameOf)).toEqual([])
})

describe('a member of another tenant gets 404', () => {
  test.each(tenantRoutes.map((contract) => [nameOf(contract), contract] as const))(
    '%s',
    async (_name, contract) => {
      const response = await theirs.owner.call(
        contract.method,
        pathOf(contract, mine, mine),
        BODIES[nameOf(contract)],
        KEY,
      )
      expect(response.status).toBe(404)
    },
  )
})

describe("an owner does not reach another tenant's rows through their own tenant", () => {
  // People belong to the deployment, so a merchant may ban anybody.
  const inner = tenantRoutes.filter(
    (contract) =>
      /:(?!tenantId)/.test(contract.path) && nameOf(contract) !== 'PUT /tenants/:tenantId/bans/:personId',
  )
  test.each(inner.map((contract) => [nameOf(contract), contract] as const))('%s', async (name, contract) => {
    if (contract.method !== 'GET') expect(Object.keys(BODIES)).toContain(name)
    const response = await mine.owner.call(contract.method, pathOf(contract, mine, theirs), BODIES[name], KEY)
    expect(response.status).toBe(404)
  })

  test('and their rows are there: their owner reaches each by the same paths', async () => {
    for (const contract of inner.filter(({ method }) => method === 'GET')) {
      const response = await theirs.owner.call('GET', pathOf(contract, theirs, theirs))
      expect([nameOf(contract), response.status]).toEqual([nameOf(contract), 200])
    }
  })

  test('and nothing of it has changed', async () => {
    const [line] = await app.domains.db.sql`
      select deleted_at from chat_lines where id = ${rows.get(theirs)?.lineId ?? ''}`
    expect(line).toEqual({ deleted_at: null })
    const show = await app.domains.shows.get(theirs.tenant.id, theirs.show.id)
    expect([show.title, show.status]).toEqual(['Winter evening', 'scheduled'])
    expect((await app.domains.products.get(theirs.tenant.id, theirs.product.id)).skus[0]?.priceMinor).toBe(
      7900,
    )
    expect(await app.domains.shows.shelf.items(theirs.tenant.id, theirs.show.id)).toHaveLength(1)
  })
})

describe('a role without the scope gets 403, nobody 401, a guest 403', async () => {
  const members = new Map<string, Awaited<ReturnType<typeof signedUp>>>()
  for (const role of ROLES) {
    const person = await signedUp(app, role)
    await app.domains.accounts.tenants.putMember(mine.tenant.id, person.id, role)
    members.set(role, person)
  }
  test.each(tenantRoutes.map((contract) => [nameOf(contract), contract] as const))(
    '%s',
    async (_name, contract) => {
      const path = pathOf(contract, mine, mine)
      for (const role of ROLES.filter((role) => !ROLE_SCOPES[role].includes(contract.who as Scope))) {
        const response = await members.get(role)!.call(contract.method, path)
        expect([role, response.status]).toEqual([role, 403])
      }
      expect((await fetch(`${app.url}/api/v1${path}`, { method: contract.method })).status).toBe(401)
    },
  )
})

test('an operator route does not exist for others', async () => {
  expect((await mine.owner.call('POST', '/tenants', {})).status).toBe(404)
  expect((await mine.owner.call('GET', '/statement-differences')).status).toBe(404)
  expect((await mine.owner.call('GET', '/payouts')).status).toBe(404)
  expect((await mine.owner.call('GET', '/failed-refunds')).status).toBe(404)
  expect((await mine.owner.call('POST', '/failed-refunds/ref_1/again', {})).status).toBe(404)
  const fee = `/merchants/${mine.tenant.id}/platform-fee`
  expect((await mine.owner.call('PUT', fee, { platformBps: 0 })).status).toBe(404)
  const paid = { state: 'paid', note: 'x' }
  expect((await mine.owner.call('POST', '/payouts/pyo_1/close', paid)).status).toBe(404)
  expect((await mine.owner.call('POST', '/statement-differences/dif_1/settle', { note: 'x' })).status).toBe(
    404,
  )
})

test("one buyer's order is not another's", async () => {
  const [bought, stranger] = [await orderOf(await merchant(app)), await signedUp(app)]
  const asked: [string, string, unknown?, Record<string, string>?][] = [
    ['GET', `/orders/${bought.id}`],
    ['POST', `/orders/${bought.id}/payments`, { provider: 'sandbox' }, { 'idempotency-key': 'not-my-order' }],
    ['PUT', `/orders/${bought.id}/address`, ADDRESS],
    ['POST', `/orders/${bought.id}/cancel`, {}],
  ]
  for (const [method, path, body, headers] of asked) {
    expect([path, (await stranger.call(method, path, body, headers)).status]).toEqual([path, 404])
  }
  expect((await stranger.call('POST', `/orders/${bought.id}/received`, {})).status).toBe(404)
  for (const [method, path, body, headers] of asked) {
    expect([path, (await bought.buyer.call(method, path, body, headers)).status]).toEqual([
      path,
      method === 'POST' && path.endsWith('payments') ? 201 : 200,
    ])
  }
})

test('who orders too often waits', async () => {
  const { buyer } = await orderOf(await merchant(app))
  const max = testLimits.orders.placedPerPersonPer10SMax
  const answers = await Promise.all(
    Array.from({ length: max }, (_, n) =>
      buyer.call('POST', '/orders', orderBody('shw_none', 'sku_none'), {
        'idempotency-key': `order-${n}-again`,
      }),
    ),
  )
  expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(max - 1).fill(404), 429])
  const late = answers.find(({ status }) => status === 429)
  expect(Number(late?.headers.get('retry-after'))).toBeGreaterThan(0)
})

describe("an embed's session opens what a viewer and buyer of one merchant needs, and nothing else", async () => {
  const origin = 'https://blog.example'
  await app.domains.accounts.tenants.change(mine.tenant.id, { allowedOrigins: [origin] })
  // Of an owner: in an embed that is a viewer like any other.
  const reach = { tenantId: mine.tenant.id, origin, keyId: null }
  const { token } = await app.domains.accounts.sessions.openEmbed(mine.owner.id, reach)
  const ask = (method: string, path: string) =>
    fetch(`${app.url}/api/v1${path}`, { method, headers: { authorization: `Bearer ${token}` } })

  test('the list', () => {
    expect(contracts.filter(({ embed }) => embed).map(nameOf)).toEqual([
      'DELETE /sessions/current',
      'GET /me/addresses',
      'POST /me/addresses',
      'GET /shows/:showId/reminder',
      'POST /shows/:showId/reminder',
      'DELETE /shows/:showId/reminder',
      'POST /embed/sessions',
      'POST /shows/:showId/visits',
      'GET /shows/:showId/replay',
      'GET /shows/:showId/replay/lines',
      'GET /shows/:showId/waits',
      'POST /shows/:showId/flash-sales/:saleId/wait',
      'DELETE /shows/:showId/flash-sales/:saleId/wait',

      'POST /orders/quote',
      'POST /orders',
      'GET /orders',
      'GET /orders/:orderId',
      'POST /orders/:orderId/cancel',
      'POST /orders/:orderId/received',
      'PUT /orders/:orderId/address',
      'POST /orders/:orderId/payments',
      'POST /facts',
      'GET /consent',
      'PUT /consent',
    ])
  })

  const others = contracts.filter(({ embed }) => !embed)
  test.each(others.map((contract) => [nameOf(contract), contract] as const))(
    '%s is refused',
    async (_name, contract) => {
      const response = await ask(contract.method, pathOf(contract, mine, mine))
      expect([response.status, await response.json()]).toEqual([
        403,
        expect.objectContaining({ code: 'own_page_needed' }),
      ])
    },
  )

  test("another merchant's show is not there", async () => {
    expect((await ask('POST', `/shows/${mine.show.id}/visits`)).status).toBe(201)
    expect((await ask('POST', `/shows/${theirs.show.id}/visits`)).status).toBe(404)
  })
})
