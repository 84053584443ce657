import { FACTS_PER_REPORT_MAX } from '@shelfcast/shared/api/facts.ts'
import { expect, test } from 'vitest'
import { merchant, signedUp, testApp } from '../../test/app.ts'
import { eventIdOf } from './event-id.ts'

const app = await testApp()
const shop = await merchant(app)

let made = 0
const newId = () => eventIdOf(Date.now(), String(++made))
const like = () => ({ type: 'like', id: newId(), count: 1 })
const reportOf = (facts: unknown[], showId = shop.show.id) => ({ session: newId(), showId, facts })

test('consent is asked for, given and taken back', async () => {
  const person = await signedUp(app)
  const asked = async (method: string, body?: unknown) => (await person.call(method, '/consent', body)).json()
  expect(await asked('GET')).toEqual({ facts: null, decidedAt: null })
  const given = await asked('PUT', { facts: true })
  expect(given).toEqual({ facts: true, decidedAt: expect.any(Number) })
  expect(await asked('GET')).toEqual(given)
  expect(await (await person.call('POST', '/facts', reportOf([like()]))).json()).toMatchObject({
    accepted: 1,
  })
  expect(await asked('PUT', { facts: false })).toMatchObject({ facts: false })
  expect(await (await person.call('POST', '/facts', reportOf([like()]))).json()).toEqual({
    consent: false,
    accepted: 0,
    refused: [],
  })
})

test.each<[string, () => unknown, number]>([
  ['no fact at all', () => reportOf([]), 422],
  [
    'more facts than a report takes',
    () => reportOf(Array.from({ length: FACTS_PER_REPORT_MAX + 1 }, like)),
    422,
  ],
  ['a session that is none', () => ({ ...reportOf([like()]), session: 'mine' }), 422],
  ['a source that is too long', () => ({ ...reportOf([like()]), source: { gclid: 'x'.repeat(201) } }), 422],
  ['a show that does not exist', () => reportOf([like()], 'shw_none'), 404],
  ['more bytes than a body takes', () => reportOf([{ ...like(), pad: 'x'.repeat(70_000) }]), 413],
])('%s is refused', async (_name, body, status) => {
  const person = await signedUp(app)
  expect((await person.call('POST', '/facts', body())).status).toBe(status)
})

test('nobody reports nothing', async () => {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(reportOf([like()])),
  }
  expect((await fetch(`${app.url}/api/v1/facts`, init)).status).toBe(401)
})

test('what a report told is in the figures, the money only for who may see it', async () => {
  const own = await merchant(app) // with no facts of other tests
  const viewer = await signedUp(app)
  await viewer.call('PUT', '/consent', { facts: true })
  const before = Date.now() - 1000
  await viewer.call('POST', '/facts', reportOf([{ ...like(), count: 5 }], own.show.id))
  await app.domains.facts.drain()
  const path = `/tenants/${own.tenant.id}/shows/${own.show.id}/figures?from=${before}&to=${Date.now() + 1000}`
  const read = async (who: typeof own.owner) => (await who.call('GET', path)).json()
  expect(await read(own.owner)).toMatchObject({
    viewers: 1,
    likes: 5,
    money: { gmvMinor: 0 },
    currency: 'CNY',
  })
  const moderator = await signedUp(app)
  await app.domains.accounts.tenants.putMember(own.tenant.id, moderator.id, 'moderator')
  expect(await read(moderator)).toMatchObject({ viewers: 1, likes: 5, money: null })
})
