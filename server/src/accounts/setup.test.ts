import { expect, test } from 'vitest'
import { signedUp, testApp } from '../../test/app.ts'
import { testLimits } from '../../test/fixtures.ts'

const app = await testApp({ TRUST_PROXY: '1', NODE_ENV: 'production', SECRET: 'x'.repeat(40) })
const { setup } = app.domains.accounts
const { sql } = app.domains.db

let machines = 0
const use = (over: Record<string, unknown>, ip = `198.51.100.${++machines}`) =>
  fetch(`${app.url}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': ip },
    body: JSON.stringify({
      login: 'first@example.com',
      password: 'correct horse',
      name: 'First',
      tenant: { name: 'Lumen Goods', slug: 'lumen', currency: 'CNY' },
      ...over,
    }),
  })
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code
const isOpen = async () => (await fetch(`${app.url}/api/v1/setup`)).status

test('a server without an operator makes its first one with the printed code, once', async () => {
  expect(await isOpen()).toBe(204)
  expect((await fetch(`${app.url}/setup`)).status).toBe(200)
  const code = (await setup.begin())!
  expect(code).toMatch(/^([0-9A-Z]{5}-){3}[0-9A-Z]{5}$/)
  const kept = await sql`select * from setup_codes`
  expect(JSON.stringify(kept)).not.toContain(code.replaceAll('-', ''))

  const wrong = await use({ code: 'AAAAA-AAAAA-AAAAA-AAAAA' })
  expect([wrong.status, await codeOf(wrong)]).toEqual([403, 'setup_code_invalid'])

  const taken = await signedUp(app)
  expect(await codeOf(await use({ code, login: taken.login }))).toBe('login_taken')
  await app.domains.accounts.tenants.create({ name: 'T', slug: 'taken', currency: 'CNY', ownerId: taken.id })
  expect(await codeOf(await use({ code, tenant: { name: 'L', slug: 'taken', currency: 'CNY' } }))).toBe(
    'slug_taken',
  )

  await sql`update setup_codes set expires_at = now() - interval '1 second'`
  expect(await codeOf(await use({ code }))).toBe('setup_code_invalid')
  const [first, second] = [(await setup.begin())!, (await setup.begin())!]

  // Two at the same moment, each with a good code: one operator.
  const answers = await Promise.all([
    use({ code: first.toLowerCase() }),
    use({ code: second, login: 'second@example.com', tenant: { name: 'M', slug: 'other', currency: 'CNY' } }),
  ])
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 404])
  const made = answers.find(({ status }) => status === 201)!
  expect(made.headers.get('set-cookie')).toMatch(/^sid=/)
  const operators = await sql`
    select p.id, m.role from persons p join memberships m on m.person_id = p.id where p.operator`
  expect(operators).toMatchObject([{ role: 'owner' }])
  expect(await made.json()).toMatchObject({ id: operators[0]?.id, operator: true })

  expect(await isOpen()).toBe(404)
  expect((await fetch(`${app.url}/setup`)).status).toBe(404)
  expect((await use({ code: first })).status).toBe(404)
  expect(await setup.begin()).toBeNull()
  expect(await sql`select 1 from setup_codes`).toHaveLength(0)
})

test('codes are not to be guessed', async () => {
  const fresh = await testApp({ TRUST_PROXY: '1' })
  const guess = () =>
    fetch(`${fresh.url}/api/v1/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.5' },
      body: JSON.stringify({
        code: 'AAAAA',
        login: 'a@example.com',
        password: 'correct horse',
        name: 'A',
        tenant: { name: 'L', slug: 'lumen', currency: 'CNY' },
      }),
    })
  for (let n = 0; n < testLimits.accounts.setupTriesPerAddressPer10Min; n++)
    expect((await guess()).status).toBe(403)
  expect((await guess()).status).toBe(429)
})

test('in production there is no outbox page', async () => {
  expect((await fetch(`${app.url}/outbox`)).status).toBe(404)
})
