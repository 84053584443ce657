import { expect, test } from 'vitest'
import { signedUp, testApp } from '../../test/app.ts'
import { testLimits } from '../../test/fixtures.ts'
import { mailsTo, tokenIn } from '../../test/mails.ts'

/** Passwords and addresses over HTTP, with mails as the demo keeps them. */

const app = await testApp({ DEMO: '1', TRUST_PROXY: '1' })
const { sql } = app.domains.db

let machines = 0
/** From a network address of its own, so that limits by address do not mix. */
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${app.url}/api/v1${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': `198.51.100.${++machines % 250}`,
      ...headers,
    },
    body: JSON.stringify(body),
  })
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code
const signIn = (login: string, password: string) => post('/sessions', { login, password })

async function resetLink(login: string, count = 1): Promise<string> {
  expect((await post('/password-resets', { login })).status).toBe(204)
  const mails = await mailsTo(app, login, count)
  expect(mails[0]?.subject).toBe('Choose a new password')
  return tokenIn(mails[0]!)
}

test('a forgotten password: link, new password, every session ended, the old password void', async () => {
  const ann = await signedUp(app)
  const token = await resetLink(ann.login)
  expect((await post('/password-resets/use', { token, password: 'a whole new one' })).status).toBe(204)
  expect((await ann.call('GET', '/me')).status).toBe(401)
  expect((await signIn(ann.login, ann.password)).status).toBe(401)
  expect((await signIn(ann.login, 'a whole new one')).status).toBe(201)
  const [login] = await sql`select verified_at from logins where login = ${ann.login}`
  expect(login?.verified_at).not.toBeNull()
  expect((await mailsTo(app, ann.login, 2))[0]?.subject).toBe('Your password was changed')
})

test('a link works once, not after a newer one, not after half an hour, and no other opens an account', async () => {
  const ann = await signedUp(app)
  const old = await resetLink(ann.login)
  const token = await resetLink(ann.login, 2)
  const use = (token: string) => post('/password-resets/use', { token, password: 'a whole new one' })
  expect(await codeOf(await use(old))).toBe('mailed_link_invalid')
  expect(await codeOf(await use('x'.repeat(43)))).toBe('mailed_link_invalid')
  expect((await use(token)).status).toBe(204)
  const replay = await use(token)
  expect([replay.status, await codeOf(replay)]).toEqual([410, 'mailed_link_invalid'])

  const late = await resetLink(ann.login, 4)
  await sql`update mailed_tokens set expires_at = now() - interval '1 second'`
  expect(await codeOf(await use(late))).toBe('mailed_link_invalid')
  expect((await signIn(ann.login, 'a whole new one')).status).toBe(201)
})

test('a link that confirms an address does not change a password, and the other way round', async () => {
  const login = 'both@example.com'
  await post('/people', { login, password: 'correct horse', name: 'Ben' })
  const verify = tokenIn((await mailsTo(app, login))[0]!)
  const reset = await resetLink(login, 2)
  expect(
    await codeOf(await post('/password-resets/use', { token: verify, password: 'a whole new one' })),
  ).toBe('mailed_link_invalid')
  expect(await codeOf(await post('/verifications/use', { token: reset }))).toBe('mailed_link_invalid')
  expect((await post('/verifications/use', { token: verify })).status).toBe(204)
  expect(await codeOf(await post('/verifications/use', { token: verify }))).toBe('mailed_link_invalid')
})

test('the answer does not tell whether an account exists, and a phone number gets no mail', async () => {
  await post('/people', { login: '+8613800138000', password: 'correct horse', name: 'Phone' })
  for (const login of ['nobody@example.com', '+8613800138000']) {
    const response = await post('/password-resets', { login })
    expect([response.status, await response.text()]).toEqual([204, ''])
  }
  await app.domains.outbox.idle()
  expect((await app.domains.mail.kept!.list(100)).map(({ to }) => to)).not.toContain('nobody@example.com')
  const [row] =
    await sql`select count(*)::int as tokens from mailed_tokens where login in ('nobody@example.com', '+8613800138000')`
  expect(row?.tokens).toBe(0)
})

test('nothing that opens an account is kept readable, neither in the table nor in the outbox', async () => {
  const ann = await signedUp(app)
  const token = await resetLink(ann.login)
  const kept = await sql`select token_hash from mailed_tokens where person_id = ${ann.id}`
  expect(JSON.stringify(kept)).not.toContain(token)
  await sql`update outbox set due_at = now() + interval '1 hour'`
  await app.domains.accounts.recovery.askReset(ann.login, 'en')
  const rows = await sql`select payload from outbox where topic = 'mail.account'`
  expect(Object.keys(rows[0]?.payload ?? {})).not.toContain('token')
})

test('mails in the language of the page that asked', async () => {
  const ann = await signedUp(app)
  await post('/password-resets', { login: ann.login }, { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' })
  expect((await mailsTo(app, ann.login))[0]?.subject).toBe('重设密码')
})

test('asking again and again is slowed down, for one login and from one address', async () => {
  const login = 'often@example.com'
  for (let n = 0; n < testLimits.accounts.resetsPerLoginPer10Min; n++) {
    expect((await post('/password-resets', { login })).status).toBe(204)
  }
  expect((await post('/password-resets', { login })).status).toBe(429)
  const here = { 'x-forwarded-for': '203.0.113.9' }
  const answers = []
  for (let n = 0; n <= testLimits.accounts.resetsPerAddressPer10Min; n++) {
    answers.push((await post('/password-resets', { login: `n${n}@example.com` }, here)).status)
  }
  expect(answers.at(-1)).toBe(429)
  expect(answers.slice(0, -1).every((status) => status === 204)).toBe(true)
})

test('changing a password asks for the old one, keeps this session and ends the others', async () => {
  const ann = await signedUp(app)
  const other = await app.domains.accounts.sessions.open(ann.id)
  const wrong = await ann.call('POST', '/me/password', { current: 'wrong', next: 'a whole new one' })
  expect([wrong.status, await codeOf(wrong)]).toEqual([401, 'wrong_credentials'])
  const done = await ann.call('POST', '/me/password', { current: ann.password, next: 'a whole new one' })
  expect(done.status).toBe(204)
  expect((await ann.call('GET', '/me')).status).toBe(200)
  expect(await app.domains.accounts.sessions.actorOf(other)).toBeNull()
  expect((await ann.call('POST', '/me/password', { current: ann.password, next: 'short' })).status).toBe(422)
})

test('who guesses the old password in a stolen session is stopped', async () => {
  const ann = await signedUp(app)
  const guess = () => ann.call('POST', '/me/password', { current: 'guess', next: 'a whole new one' })
  for (let n = 0; n < testLimits.accounts.passwordsPerPersonPer10Min; n++) {
    expect((await guess()).status).toBe(401)
  }
  expect((await guess()).status).toBe(429)
})

test('one sees where one is signed in, without secrets, and signs out everywhere else', async () => {
  const ann = await signedUp(app)
  await app.domains.accounts.sessions.open(ann.id, {
    userAgent:
      'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36',
  })
  const list = async () =>
    ((await (await ann.call('GET', '/me/sessions')).json()) as { items: Record<string, unknown>[] }).items
  const before = await list()
  expect(before.map(({ device, current }) => [device, current])).toEqual([
    ['Chrome · Android', false],
    ['', true],
  ])
  expect(Object.keys(before[0]!).toSorted()).toEqual([
    'createdAt',
    'current',
    'device',
    'expiresAt',
    'origin',
  ])
  expect((await ann.call('DELETE', '/me/sessions')).status).toBe(204)
  expect((await list()).map(({ current }) => current)).toEqual([true])
})

test('name and language change; a guest has no profile', async () => {
  const ann = await signedUp(app)
  const changed = await ann.call('PATCH', '/me/profile', { name: 'Anna', language: 'zh-CN' })
  expect(await changed.json()).toMatchObject({
    name: 'Anna',
    language: 'zh-CN',
    logins: [{ login: ann.login, kind: 'email', verified: false }],
  })
  expect((await ann.call('PATCH', '/me/profile', { name: ' ' })).status).toBe(422)
  expect((await fetch(`${app.url}/api/v1/me/profile`)).status).toBe(401)
})

test('a link to confirm an address is sent again, at a bounded rate; an account without one is told', async () => {
  const ann = await signedUp(app)
  for (let n = 0; n < testLimits.accounts.verificationsPerPersonPer10Min; n++) {
    expect((await ann.call('POST', '/me/verification', {})).status).toBe(204)
  }
  expect((await ann.call('POST', '/me/verification', {})).status).toBe(429)
  const phone = await app.domains.accounts.people.signUp({
    login: '+12025550123',
    password: 'correct horse',
    name: 'P',
  })
  await expect(app.domains.accounts.recovery.askVerification(phone.id)).rejects.toMatchObject({
    code: 'email_needed',
  })
})

test('the outbox page is for this machine and the operator, and nowhere in production', async () => {
  const local = await fetch(`${app.url}/outbox`)
  expect([local.status, (await local.text()).includes('data-testid="mail"')]).toEqual([200, true])
  expect(local.headers.get('content-security-policy')).toContain("default-src 'none'")
  const elsewhere = { 'x-forwarded-for': '203.0.113.7' }
  expect((await fetch(`${app.url}/outbox`, { headers: elsewhere })).status).toBe(404)
  const ann = await signedUp(app)
  const as = (token: string) =>
    fetch(`${app.url}/outbox`, { headers: { ...elsewhere, authorization: `Bearer ${token}` } })
  expect((await as(ann.token)).status).toBe(404)
  await app.domains.accounts.people.makeOperator(ann.id)
  expect((await as(ann.token)).status).toBe(200)
})
