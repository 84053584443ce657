import { describe, expect, test } from 'vitest'
import { noMails } from '../../test/fixtures.ts'
import { testDb, testRedis } from '../../test/world.ts'
import { loadConfig } from '../config.ts'
import { createAccounts, createTickets, type TicketClaims } from './index.ts'

const limits = {
  ...loadConfig({ DATABASE_URL: 'postgres://x', REDIS_URL: 'redis://x' }).limits.accounts,
  signInsPerLoginPer10Min: 3,
}
const db = await testDb()
const redis = await testRedis()
let now = Date.now()
const clock = { now: () => now }
const accounts = createAccounts({ ...noMails, db, redis, clock, limits })
const { people, sessions, tenants, attempts } = accounts

let made = 0
const signUp = (login = `p${++made}@example.com`) =>
  people.signUp({ login, password: 'correct horse', name: 'Ann' })

describe('people', () => {
  test('sign up, then in, with the right password only', async () => {
    const person = await signUp('ann@example.com')
    expect(await people.signIn('ann@example.com', 'correct horse')).toEqual(person)
    await expect(people.signIn('ann@example.com', 'wrong')).rejects.toMatchObject({
      code: 'wrong_credentials',
    })
    await expect(people.signIn('nobody@example.com', 'wrong')).rejects.toMatchObject({
      code: 'wrong_credentials',
    })
  })

  test('a password is kept as argon2id', async () => {
    const { id } = await signUp()
    const [row] = await db.sql`select password_hash from persons where id = ${id}`
    expect(row?.password_hash).toMatch(/^\$argon2id\$/)
  })

  test('a login is taken once, also by two at the same moment', async () => {
    const outcomes = await Promise.allSettled([signUp('twin@example.com'), signUp('twin@example.com')])
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected'])
    const [row] =
      await db.sql`select count(*)::int as count from persons p where not exists (select from logins l where l.person_id = p.id) and kind = 'person'`
    expect(row?.count).toBe(0)
  })

  test('a guest who signs up stays the same person', async () => {
    const guest = await people.createGuest()
    const person = await people.signUp({
      login: 'was-guest@example.com',
      password: 'correct horse',
      name: 'Bo',
      guestId: guest.id,
    })
    expect(person).toEqual({ id: guest.id, name: 'Bo', guest: false, operator: false })
  })

  test('an account is not taken over by signing up with its id', async () => {
    const victim = await signUp()
    const attempt = people.signUp({
      login: 'thief@example.com',
      password: 'correct horse',
      name: 'T',
      guestId: victim.id,
    })
    await expect(attempt).rejects.toMatchObject({ code: 'login_taken' })
    expect(await people.findByLogin('thief@example.com')).toBeNull()
  })

  test('guessing passwords is bounded by login and address', async () => {
    for (let i = 0; i < 3; i++) await attempts.signIn('target@example.com', '192.0.2.1')
    await expect(attempts.signIn('target@example.com', '192.0.2.2')).rejects.toMatchObject({
      code: 'too_many_requests',
    })
    await attempts.signIn('other@example.com', '192.0.2.1')
  })
})

describe('sessions', () => {
  test('a token leads to its person and roles until it ends', async () => {
    const person = await signUp()
    const tenant = await tenants.create({ name: 'T', slug: 't-one', currency: 'CNY', ownerId: person.id })
    const token = await sessions.open(person.id)
    const actor = await sessions.actorOf(token)
    expect(actor?.personId).toBe(person.id)
    expect(actor?.roles.get(tenant.id)?.role).toBe('owner')
    await sessions.end(token)
    expect(await sessions.actorOf(token)).toBeNull()
  })

  test('the database never sees a token', async () => {
    const token = await sessions.open((await signUp()).id)
    const rows = await db.sql`select * from sessions`
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  test('a session expires and is swept', async () => {
    const token = await sessions.open((await signUp()).id)
    now += limits.sessionMs + 1000
    expect(await sessions.actorOf(token)).toBeNull()
    await sessions.sweep()
    const [row] = await db.sql`select count(*)::int as count from sessions`
    expect(row?.count).toBe(0)
  })
})

describe('tenants', () => {
  test('a tenant keeps at least one owner', async () => {
    const [ann, bo] = [await signUp(), await signUp()]
    const { id } = await tenants.create({ name: 'T', slug: 't-two', currency: 'EUR', ownerId: ann.id })
    await expect(tenants.putMember(id, ann.id, 'support')).rejects.toMatchObject({ code: 'last_owner' })
    await tenants.putMember(id, bo.id, 'owner')
    await tenants.putMember(id, ann.id, 'support')
    expect((await tenants.members(id)).map(({ role }) => role)).toEqual(['support', 'owner'])
    await tenants.putMember(id, ann.id, 'owner')
    const down = await Promise.allSettled([ann, bo].map((one) => tenants.putMember(id, one.id, 'manager')))
    expect(down.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect((await tenants.members(id)).map(({ role }) => role).toSorted()).toEqual(['manager', 'owner'])
  })

  test('a short name is used once', async () => {
    const { id: ownerId } = await signUp()
    await tenants.create({ name: 'T', slug: 't-three', currency: 'CNY', ownerId })
    const again = tenants.create({ name: 'T', slug: 't-three', currency: 'CNY', ownerId })
    await expect(again).rejects.toMatchObject({ code: 'slug_taken' })
  })
})

describe('tickets', () => {
  const key = new Uint8Array(32).fill(7)
  const tickets = createTickets({ key, lifeMs: 60_000, renewMs: 600_000, clock })
  const claims: TicketClaims = {
    right: 'room',
    tenantId: 'ten_1',
    showId: 'shw_1',
    personId: 'per_1',
    name: 'Ann',
    guest: false,
    role: 'buyer',
  }

  test('a ticket gives back its claims', async () => {
    expect(await tickets.verify(await tickets.issue(claims), 'room')).toEqual(claims)
  })

  test.each([
    ['for another right', async () => tickets.verify(await tickets.issue(claims), 'media')],
    [
      'signed by somebody else',
      async () =>
        tickets.verify(
          await createTickets({ key: new Uint8Array(32), lifeMs: 60_000, renewMs: 600_000, clock }).issue(
            claims,
          ),
          'room',
        ),
    ],
    [
      'changed',
      async () => tickets.verify((await tickets.issue(claims)).replace(/\..{10}/, '.AAAAAAAAAA'), 'room'),
    ],
    [
      'without a signature',
      async () => tickets.verify(`${btoa('{"alg":"none"}')}.${btoa(JSON.stringify(claims))}.`, 'room'),
    ],
    [
      'too old',
      async () => {
        const ticket = await tickets.issue(claims)
        now += 61_000
        return tickets.verify(ticket, 'room')
      },
    ],
  ])('a ticket %s is refused', async (_name, attempt) => {
    await expect(attempt()).rejects.toMatchObject({ code: 'ticket_invalid' })
  })
})
