import { expect, test } from 'vitest'
import { merchant, runningSale, signedUp, testApp } from '../../test/app.ts'
import { ADDRESS, actorOf } from '../../test/commerce.ts'
import { createTickets } from '../accounts/index.ts'
import type { TicketClaims } from '../accounts/tickets.ts'
import { createEntry } from './entry.ts'

const KEY = new Uint8Array(32).fill(7)
const time = { ms: Date.now() }
const ticketsBy = (key = KEY) =>
  createTickets({ key, lifeMs: 60_000, renewMs: 600_000, clock: { now: () => time.ms } })
const claims: TicketClaims = {
  ...{ right: 'order', tenantId: 'ten_1', showId: 'shw_1', personId: 'per_1', name: 'Ann' },
  ...{ guest: false, role: 'viewer' },
}
const banned = new Set<string>()
const enter = createEntry({
  tickets: ticketsBy(),
  isBannedFrom: async (showId, personId) => banned.has(`${showId}/${personId}`),
})
const inSale = (showId = 'shw_1') => ({ showId, lines: [{ skuId: 'sku_1', quantity: 1, saleId: 'sal_1' }] })
const asked = async (ticket: string | null) => enter(actorOf('per_1'), inSale(), ticket)

test('who is in the show may order in its flash sales; anybody may buy at the usual price', async () => {
  await asked(await ticketsBy().issue(claims))
  await enter(
    actorOf('per_1'),
    { showId: 'shw_1', lines: [{ skuId: 'sku_1', quantity: 1, saleId: null }] },
    null,
  )
})

test.each<[string, () => Promise<string | null>]>([
  ['none', async () => null],
  ['one that is no ticket', async () => 'order, please'],
  ['a forged one', () => ticketsBy(new Uint8Array(32)).issue(claims)],
  ['one for the room', () => ticketsBy().issue({ ...claims, right: 'room' })],
  ['one of another show', () => ticketsBy().issue({ ...claims, showId: 'shw_2' })],
  ['one of another person', () => ticketsBy().issue({ ...claims, personId: 'per_2' })],
  [
    'one that has expired',
    async () => {
      const ticket = await ticketsBy().issue(claims)
      time.ms += 61_000
      return ticket
    },
  ],
])('%s is refused', async (_, ticketOf) => {
  await expect(asked(await ticketOf())).rejects.toMatchObject({ code: 'order_ticket_needed' })
})

test('an embed of another merchant is refused', async () => {
  const embed = { tenantId: 'ten_2', origin: 'https://shop.example' }
  const ticket = await ticketsBy().issue(claims)
  const attempt = enter({ ...actorOf('per_1'), embed }, inSale(), ticket)
  await expect(attempt).rejects.toMatchObject({ code: 'order_ticket_needed' })
})

test('who was banned after the ticket is refused', async () => {
  const ticket = await ticketsBy().issue(claims)
  banned.add('shw_1/per_1')
  await expect(asked(ticket)).rejects.toMatchObject({ code: 'banned' })
  banned.clear()
})

test('over HTTP: the visit gives the ticket, and without it no flash price is had', async () => {
  const app = await testApp()
  const shop = await merchant(app)
  await app.domains.shows.goLive(shop.tenant.id, shop.show.id)
  const sale = await runningSale(app, shop, { quantity: 3 })
  const ann = await signedUp(app)
  const lines = [{ skuId: shop.sku.id, quantity: 1, saleId: sale.id }]
  const body = { showId: shop.show.id, lines, address: ADDRESS, expectedTotalMinor: 4900 }
  const order = async (ticket?: string) => {
    const headers = { 'idempotency-key': 'one-key-for-all', ...(ticket && { 'order-ticket': ticket }) }
    const answer = await ann.call('POST', '/orders', body, headers)
    return [answer.status, ((await answer.json()) as { code?: string }).code]
  }
  expect(await order()).toEqual([403, 'order_ticket_needed'])
  const visit = await ann.call('POST', `/shows/${shop.show.id}/visits`, {})
  const { orderTicket } = (await visit.json()) as { orderTicket: string }
  await app.domains.chat.ban({ tenantId: shop.tenant.id, personId: ann.id, by: shop.owner.id })
  expect(await order(orderTicket)).toEqual([403, 'banned'])
  await app.domains.chat.liftBan(shop.tenant.id, ann.id)
  expect(await order(orderTicket)).toEqual([201, undefined])
})
