import { afterEach, expect, test, vi } from 'vitest'
import { merchant, signedUp, testApp } from '../../test/app.ts'

const app = await testApp()
const { coHosts } = app.domains
const { invitesPerShowMax, inviteMs } = app.config.limits.coHosts
const shop = await merchant(app)
const of = { tenantId: shop.tenant.id, showId: shop.show.id }
const path = `/tenants/${of.tenantId}/shows/${of.showId}/co-hosts`

interface Invite {
  id: string
  url: string
}
const json = async <T>(response: Response) => (await response.json()) as T
const codeOf = async (response: Response) => (await json<{ code: string }>(response)).code
const invite = async () => json<Invite>(await shop.owner.call('POST', path, {}))
const tokenOf = ({ url }: Invite) => url.split('#')[1] ?? ''
const post = (what: 'read' | 'accept', body: object, headers: Record<string, string> = {}) =>
  fetch(`${app.url}/api/v1/co-host-invites/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
const refused = async (response: Response) => [response.status, await codeOf(response)]
const INVALID = [410, 'invite_invalid']

afterEach(async () => {
  vi.useRealTimers()
  await app.domains.db.sql`delete from cohost_invites`
})

test('a link tells what it invites to, and one person can accept it, more than once', async () => {
  const made = await invite()
  expect(made.url).toMatch(/\/studio\/join#inv_/)
  expect(await json(await post('read', { token: tokenOf(made) }))).toMatchObject({
    show: { id: of.showId, title: 'Winter evening' },
    tenantName: 'Lumen Goods',
    invitedBy: 'Owner',
  })
  const [ann, bo] = [await signedUp(app, 'Ann'), await signedUp(app, 'Bo')]
  const accept = (person: typeof ann) =>
    person.call('POST', '/co-host-invites/accept', { token: tokenOf(made), name: `${person.name} on stage` })
  expect(await json(await accept(ann))).toEqual(of)
  expect((await accept(ann)).status).toBe(200)
  expect(await refused(await accept(bo))).toEqual(INVALID)
  expect(await coHosts.roleOf(of, ann.id)).toEqual({ name: 'Ann on stage', mayLead: false, leads: false })
  expect(await coHosts.roleOf(of, bo.id)).toBeNull()
  expect(await coHosts.roleOf(of, shop.owner.id)).toEqual({ name: 'Owner', mayLead: true, leads: true })
  const { items } = await json<{ items: { coHost: unknown }[] }>(await shop.owner.call('GET', path))
  expect(items).toMatchObject([{ id: made.id, coHost: { personId: ann.id, name: 'Ann on stage' } }])
})

test('of two who accept in the same moment one gets it', async () => {
  const made = await invite()
  const people = await Promise.all([signedUp(app), signedUp(app), signedUp(app)])
  const answers = await Promise.all(
    people.map((person) =>
      person.call('POST', '/co-host-invites/accept', { token: tokenOf(made), name: 'Me' }),
    ),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410])
})

test('without an account it makes a guest, whom the studio knows; the name is needed', async () => {
  const made = await invite()
  expect((await post('accept', { token: tokenOf(made), name: ' ' })).status).toBe(422)
  const answer = await post('accept', { token: tokenOf(made), name: 'Bo' })
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
  expect([answer.status, cookie]).toEqual([200, expect.stringMatching(/^sid=./)])
  const me = await json<{ person: { id: string; guest: boolean } }>(
    await fetch(`${app.url}/api/v1/me`, { headers: { cookie } }),
  )
  expect(me.person.guest).toBe(true)
  expect(await coHosts.isGuestHost(me.person.id)).toBe(true)
  expect(await coHosts.isGuestHost((await app.domains.accounts.people.createGuest()).id)).toBe(false)
})

test('a link that is forged, too old, taken back, or of a show that ended is void', async () => {
  const made = await invite()
  const token = tokenOf(made)
  const [id, signature] = token.split('.')
  for (const forged of [
    id,
    `${id}.`,
    `${id}.${'A'.repeat(signature!.length)}`,
    `inv_other.${signature}`,
    '',
  ]) {
    expect(await refused(await post('accept', { token: forged, name: 'Me' }))).toEqual(INVALID)
  }
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + inviteMs + 1000 })
  expect(await refused(await post('read', { token }))).toEqual(INVALID)
  expect(await refused(await post('accept', { token, name: 'Me' }))).toEqual(INVALID)
  vi.useRealTimers()
  expect((await post('read', { token })).status).toBe(200)
  expect((await shop.owner.call('DELETE', `${path}/${made.id}`)).status).toBe(204)
  expect(await refused(await post('accept', { token, name: 'Me' }))).toEqual(INVALID)

  const other = await merchant(app)
  const its = `/tenants/${other.tenant.id}/shows/${other.show.id}/co-hosts`
  const late = await json<Invite>(await other.owner.call('POST', its, {}))
  await app.domains.shows.end(other.tenant.id, other.show.id)
  expect(await refused(await post('accept', { token: tokenOf(late), name: 'Me' }))).toEqual(INVALID)
  expect(await refused(await other.owner.call('POST', its, {}))).toEqual([409, 'show_ended'])
})

test('a show has so many invitations; one that is taken back makes room', async () => {
  const all: Invite[] = []
  for (let i = 0; i < invitesPerShowMax; i++) all.push(await invite())
  expect(await refused(await shop.owner.call('POST', path, {}))).toEqual([409, 'too_many_invites'])
  await shop.owner.call('DELETE', `${path}/${all[0]!.id}`)
  expect((await shop.owner.call('POST', path, {})).status).toBe(201)
})

test("a host invites to one's own shows alone", async () => {
  const host = await signedUp(app, 'Host')
  await app.domains.accounts.tenants.putMember(of.tenantId, host.id, 'host')
  expect((await host.call('POST', path, {})).status).toBe(404)
  expect((await host.call('GET', path)).status).toBe(404)
})

test('the show is handed over to who hosts for the merchant, and to nobody else', async () => {
  const [host, guest] = [await signedUp(app, 'Host'), await signedUp(app, 'Guest')]
  await app.domains.accounts.tenants.putMember(of.tenantId, host.id, 'host')
  await expect(coHosts.handOver(of, guest.id)).rejects.toMatchObject({ code: 'cannot_lead' })
  expect(await coHosts.roleOf(of, shop.owner.id)).toMatchObject({ leads: true })
  await coHosts.handOver(of, host.id)
  expect(await coHosts.roleOf(of, host.id)).toMatchObject({ leads: true })
  expect(await coHosts.roleOf(of, shop.owner.id)).toMatchObject({ leads: false })
})
