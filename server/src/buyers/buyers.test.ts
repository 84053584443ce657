import { expect, test } from 'vitest'
import { merchant, signedUp, testApp } from '../../test/app.ts'
import { testLimits } from '../../test/fixtures.ts'
import { newId } from '../kernel/ids.ts'

const app = await testApp({ TRUST_PROXY: '1' })
const { sql } = app.domains.db
const shop = await merchant(app, { stock: 200 })

type Person = Awaited<ReturnType<typeof signedUp>>

const CHINESE = {
  name: '林悦',
  phone: '13800138000',
  country: 'CN',
  region: '浙江省杭州市',
  city: '西湖区',
  street: '文三路 90 号 3 幢 501',
  postcode: '',
}
const FOREIGN = {
  name: 'Ann Lee',
  phone: '+44 20 7946 0000',
  country: 'GB',
  region: '',
  city: 'London',
  street: '1 High Street',
  postcode: 'SW1A 1AA',
}

const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code
const json = async <T>(response: Response) => (await response.json()) as T
interface Saved {
  id: string
  name: string
  isDefault: boolean
}
const book = async (person: Pick<Person, 'call'>) =>
  (await json<{ items: Saved[] }>(await person.call('GET', '/me/addresses'))).items

/** A guest with a cookie, as a browser has one. */
async function guest() {
  const response = await fetch(`${app.url}/api/v1/sessions/guest`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  const cookie = response.headers.get('set-cookie')!.split(';')[0]!
  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${app.url}/api/v1${path}`, {
      method,
      headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  return { call, id: (await json<{ id: string }>(response)).id }
}

let keys = 0
async function order(person: Pick<Person, 'call'>, address: unknown = CHINESE): Promise<string> {
  const response = await person.call(
    'POST',
    '/orders',
    {
      showId: shop.show.id,
      lines: [{ skuId: shop.sku.id, quantity: 1 }],
      address,
      expectedTotalMinor: 7900,
      visit: { utm_source: 'newsletter' },
    },
    { 'idempotency-key': `order-key-${++keys}` },
  )
  expect(response.status).toBe(201)
  return (await json<{ id: string }>(response)).id
}

test('an address book in both forms has one default, and is its owner’s alone', async () => {
  const ann = await signedUp(app)
  const first = await json<Saved>(await ann.call('POST', '/me/addresses', CHINESE))
  expect(first).toMatchObject({ ...CHINESE, isDefault: true })
  const second = await json<Saved>(await ann.call('POST', '/me/addresses', { ...FOREIGN, isDefault: true }))
  expect((await book(ann)).map(({ name, isDefault }) => [name, isDefault])).toEqual([
    ['Ann Lee', true],
    ['林悦', false],
  ])
  // The default cannot be taken off its only holder.
  await ann.call('PUT', `/me/addresses/${second.id}`, { ...FOREIGN, name: 'A. Lee', isDefault: false })
  expect((await book(ann))[0]).toMatchObject({ name: 'A. Lee', isDefault: true })

  const stranger = await signedUp(app)
  expect((await stranger.call('PUT', `/me/addresses/${first.id}`, FOREIGN)).status).toBe(404)
  expect((await stranger.call('DELETE', `/me/addresses/${first.id}`)).status).toBe(404)
  expect(await book(stranger)).toEqual([])

  expect((await ann.call('DELETE', `/me/addresses/${second.id}`)).status).toBe(204)
  expect((await book(ann)).map(({ id, isDefault }) => [id, isDefault])).toEqual([[first.id, true]])
  expect((await ann.call('DELETE', `/me/addresses/${second.id}`)).status).toBe(404)
  expect((await ann.call('POST', '/me/addresses', { ...FOREIGN, country: 'Britain' })).status).toBe(422)
})

test('an address book is bounded, also for many at once', async () => {
  const ann = await signedUp(app)
  const max = testLimits.buyers.addressesMax
  const answers = await Promise.all(
    Array.from({ length: max + 3 }, () => ann.call('POST', '/me/addresses', FOREIGN)),
  )
  const refused = answers.filter(({ status }) => status === 409)
  expect([answers.length - refused.length, refused.length]).toEqual([max, 3])
  expect(await codeOf(refused[0]!)).toBe('too_many_addresses')
  expect((await book(ann)).filter(({ isDefault }) => isDefault)).toHaveLength(1)
})

test('what a guest ordered and saved is theirs after signing in: seen, paid, cancelled', async () => {
  const ann = await signedUp(app)
  await ann.call('POST', '/me/addresses', FOREIGN)
  const visitor = await guest()
  await visitor.call('POST', '/me/addresses', CHINESE)
  const [toPay, toCancel] = [await order(visitor), await order(visitor)]
  const signIn = await visitor.call('POST', '/sessions', { login: ann.login, password: ann.password })
  expect(signIn.status).toBe(201)

  const mine = await json<{ items: { id: string }[] }>(await ann.call('GET', '/orders?group=to_pay'))
  expect(mine.items.map(({ id }) => id)).toEqual([toCancel, toPay])
  expect((await book(ann)).map(({ name }) => name).toSorted()).toEqual(['Ann Lee', '林悦'])
  const whole = await json<{ address: unknown; shopName: string }>(
    await ann.call('GET', `/orders/${toPay}/whole`),
  )
  expect(whole).toMatchObject({ address: CHINESE, shopName: 'Lumen Goods', payment: null, adjustments: [] })

  const payment = await ann.call(
    'POST',
    `/orders/${toPay}/payments`,
    { provider: 'sandbox' },
    { 'idempotency-key': 'pay-as-ann' },
  )
  expect(payment.status).toBe(201)
  expect((await ann.call('POST', `/orders/${toCancel}/cancel`, {})).status).toBe(200)
  const closed = await json<{ items: { id: string }[] }>(await ann.call('GET', '/orders?group=closed'))
  expect(closed.items.map(({ id }) => id)).toEqual([toCancel])
  expect((await ann.call('GET', '/orders?group=nonsense')).status).toBe(422)

  // An address of the guest's can be changed and made the default; there is still one.
  const guests = (await book(ann)).find(({ name }) => name === '林悦')!
  expect((await ann.call('PUT', `/me/addresses/${guests.id}`, { ...CHINESE, isDefault: true })).status).toBe(
    200,
  )
  expect((await book(ann)).map(({ isDefault }) => isDefault)).toEqual([true, false])
})

test('a guest who signs up keeps orders and addresses', async () => {
  const visitor = await guest()
  const id = await order(visitor)
  await visitor.call('POST', '/me/addresses', CHINESE)
  const login = `new-${Date.now()}@example.com`
  const up = await visitor.call('POST', '/people', { login, password: 'correct horse', name: 'New' })
  const cookie = up.headers.get('set-cookie')!.split(';')[0]!
  const call = (path: string) => fetch(`${app.url}/api/v1${path}`, { headers: { cookie } })
  expect((await call(`/orders/${id}`)).status).toBe(200)
  expect((await json<{ items: unknown[] }>(await call('/me/addresses'))).items).toHaveLength(1)
})

async function tip(person: Person, coins: number): Promise<void> {
  // Coins as a captured payment books them.
  await sql`
    select ledger_transfer('test_coins', ${newId('trf')}, jsonb_build_array(
      ledger_entry(ledger_account('person', ${person.id}, 'wallet', 'COIN'), ${coins}, 'COIN'),
      ledger_entry(ledger_account('platform', 'shelfcast', 'issued', 'COIN'), ${-coins}, 'COIN')))`
}

async function say(person: Person, text: string): Promise<void> {
  await sql`
    insert into chat_lines (tenant_id, id, show_id, person_id, name, role, text)
    values (${shop.tenant.id}, ${newId('lin')}, ${shop.show.id}, ${person.id}, ${person.name}, 'viewer', ${text})`
}

async function seen(person: Person): Promise<void> {
  await sql`
    insert into facts (event_id, at, type, tenant_id, person_id, session_id, show_id, consent, source)
    values (gen_random_uuid(), now(), 'seen', ${shop.tenant.id}, ${person.id}, 'session-1', ${shop.show.id}, true, '{"ref":"x"}')`
}

test('the export holds everything about a person, nothing about another, and no secret', async () => {
  const [ann, other] = [await signedUp(app, 'Ann'), await signedUp(app, 'Other')]
  await ann.call('POST', '/me/addresses', CHINESE)
  const orderId = await order(ann)
  await order(other, FOREIGN)
  await say(ann, 'good evening all')
  await say(other, 'not my words')
  await seen(ann)
  await tip(ann, 50)
  const response = await ann.call('GET', '/me/export')
  expect(response.status).toBe(200)
  const text = await response.text()
  const data = JSON.parse(text) as Record<string, Record<string, unknown>[]>
  expect(data).toMatchObject({
    account: [{ id: ann.id, name: 'Ann', has_password: true }],
    logins: [{ login: ann.login }],
    addresses: [{ street: CHINESE.street }],
    orders: [{ id: orderId, address: CHINESE, lines: [{ title: 'Cloud mug' }] }],
    chat_lines: [{ text: 'good evening all' }],
    facts: expect.arrayContaining([expect.objectContaining({ type: 'seen', session_id: 'session-1' })]),
    wallet: [{ coins: 50 }],
    waiting_lists: [],
    cut: [],
  })
  expect(data.sessions).toHaveLength(1)
  for (const secret of ['token_hash', 'argon2', ann.token, 'not my words', FOREIGN.street, other.id]) {
    expect(text).not.toContain(secret)
  }
})

test('exports are bounded, and not for guests', async () => {
  const ann = await signedUp(app)
  for (let n = 0; n < testLimits.buyers.exportsPerPersonPer10Min; n++) {
    expect((await ann.call('GET', '/me/export')).status).toBe(200)
  }
  expect((await ann.call('GET', '/me/export')).status).toBe(429)
  expect(await codeOf(await (await guest()).call('GET', '/me/export'))).toBe('account_needed')
})

const leave = (person: Person, over: Record<string, unknown> = {}) =>
  person.call('POST', '/me/deletion', { password: person.password, ...over })

test('a deleted account leaves its orders without a name, and nothing else of the person', async () => {
  const ann = await signedUp(app, 'Annabel Uniquename')
  await ann.call('POST', '/me/addresses', CHINESE)
  const orderId = await order(ann)
  await ann.call('POST', `/orders/${orderId}/cancel`, {})
  await say(ann, 'my own words')
  await sql`
    insert into pinned_lines (tenant_id, show_id, line_id)
    select tenant_id, show_id, id from chat_lines where person_id = ${ann.id}`
  await seen(ann)
  const visitor = await guest()
  const guestOrder = await order(visitor)
  await visitor.call('POST', '/sessions', { login: ann.login, password: ann.password })
  await ann.call('POST', `/orders/${guestOrder}/cancel`, {})

  const wrong = await leave(ann, { password: 'guess' })
  expect([wrong.status, await codeOf(wrong)]).toEqual([401, 'wrong_credentials'])
  const done = await leave(ann)
  expect([done.status, done.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('sid=;')])

  expect((await ann.call('GET', '/me')).status).toBe(401)
  await expect(app.domains.accounts.people.signIn(ann.login, ann.password)).rejects.toMatchObject({
    code: 'wrong_credentials',
  })
  const ids = [ann.id, visitor.id]
  for (const table of [
    'sessions',
    'logins',
    'addresses',
    'chat_lines',
    'idempotency_keys',
    'facts',
    'notices',
  ]) {
    expect([table, await sql`select 1 from ${sql(table)} where person_id = any(${ids})`]).toEqual([table, []])
  }
  const kept =
    await sql`select total_minor, address, visit from orders where id in (${orderId}, ${guestOrder})`
  expect(kept).toHaveLength(2)
  for (const row of kept) {
    expect(row).toMatchObject({
      total_minor: 7900,
      visit: {},
      address: { name: '—', phone: '—', country: 'CN' },
    })
  }
  expect(JSON.stringify(kept)).not.toContain(CHINESE.street)
  const people = await sql`select name, password_hash, deleted_at from persons where id = any(${ids})`
  expect(people.map(({ name, password_hash }) => [name, password_hash])).toEqual([
    ['—', null],
    ['—', null],
  ])
  const seenByShop = await shop.owner.call('GET', `/tenants/${shop.tenant.id}/orders/${orderId}`)
  expect([seenByShop.status, await seenByShop.text()]).toEqual([200, expect.not.stringContaining('Annabel')])
  // The address is free again.
  const again = await app.domains.accounts.people.signUp({
    login: ann.login,
    password: 'correct horse',
    name: 'New',
  })
  expect(again.id).not.toBe(ann.id)
})

test('an account with something open, a sole owner and a full wallet are told so', async () => {
  const ann = await signedUp(app)
  const orderId = await order(ann)
  expect(await codeOf(await leave(ann))).toBe('business_unfinished')
  for (const status of ['paid', 'packed', 'shipped', 'refunding']) {
    await sql`update orders set status = ${status} where id = ${orderId}`
    expect([status, await codeOf(await leave(ann))]).toEqual([status, 'business_unfinished'])
  }
  await sql`update orders set status = 'completed' where id = ${orderId}`

  await tip(ann, 30)
  const full = await leave(ann)
  expect([full.status, await full.json()]).toEqual([
    409,
    expect.objectContaining({ code: 'coins_left', extra: { coins: 30 } }),
  ])
  expect((await ann.call('GET', '/me')).status).toBe(200)
  expect((await leave(ann, { forfeitCoins: true })).status).toBe(204)
  const wallet = await app.domains.ledger.balance({
    ownerKind: 'person',
    ownerId: ann.id,
    kind: 'wallet',
    currency: 'COIN',
  })
  expect(wallet).toBe(0)
  expect([...(await app.domains.ledger.trialBalance()).values()].every((sum) => sum === 0)).toBe(true)

  const owner = await merchant(app)
  expect(await codeOf(await leave(owner.owner))).toBe('last_owner')
  const heir = await signedUp(app)
  await app.domains.accounts.tenants.putMember(owner.tenant.id, heir.id, 'owner')
  expect((await leave(owner.owner)).status).toBe(204)
})

test('coins that are being paid for keep the account open', async () => {
  const ann = await signedUp(app)
  const bought = await ann.call(
    'POST',
    '/coin-purchases',
    { packId: 'pack-60', provider: 'sandbox' },
    { 'idempotency-key': 'some-coins' },
  )
  expect([bought.status, await bought.text()]).toEqual([201, expect.any(String)])
  expect(await codeOf(await leave(ann))).toBe('business_unfinished')
})

test('two owners who leave at the same moment: one stays', async () => {
  const { owner, tenant } = await merchant(app)
  const second = await signedUp(app)
  await app.domains.accounts.tenants.putMember(tenant.id, second.id, 'owner')
  const answers = await Promise.all([leave(owner), leave(second)])
  expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 409])
})

test('an operator lists all tenants; nobody else', async () => {
  const ann = await signedUp(app)
  expect((await ann.call('GET', '/tenants')).status).toBe(404)
  await app.domains.accounts.people.makeOperator(ann.id)
  const first = await json<{ items: { id: string }[]; next: string }>(
    await ann.call('GET', '/tenants?limit=1'),
  )
  const second = await json<{ items: { id: string }[] }>(
    await ann.call('GET', `/tenants?limit=1&after=${first.next}`),
  )
  expect(first.items[0]!.id > second.items[0]!.id).toBe(true)
})
