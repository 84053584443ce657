import { afterEach, expect, test, vi } from 'vitest'
import { createCheckout } from './checkout.ts'

const sent: { key: string | null; ticket: string | null }[] = []
const refusals: string[] = []

vi.stubGlobal('location', { search: '' })
vi.stubGlobal('document', { referrer: '' })
vi.stubGlobal('fetch', async (_url: string, { headers }: { headers: Headers }) => {
  sent.push({ key: headers.get('Idempotency-Key'), ticket: headers.get('Order-Ticket') })
  const code = refusals.shift()
  return code
    ? Response.json({ code, retry: code === 'order_ticket_needed' }, { status: 403 })
    : Response.json({ id: 'ord_1' }, { status: 201 })
})
afterEach(() => {
  sent.length = 0
  refusals.length = 0
})

const checkout = () =>
  createCheckout('CN', { keepOrdered: () => {} } as never, {
    embed: null,
    orderTicket: async (refused) => (refused ? 'a new one' : 'the one at hand'),
  })
const choice = { showId: 'shw_1', skuId: 'sku_1', quantity: 1, offered: false, expectedTotalMinor: 100 }

test('an order in a flash sale carries a ticket, and after a refusal a new one under the same key', async () => {
  refusals.push('order_ticket_needed')
  expect(await checkout().place({ ...choice, saleId: 'sal_1' })).toEqual({ id: 'ord_1' })
  expect(sent.map(({ ticket }) => ticket)).toEqual(['the one at hand', 'a new one'])
  expect(sent[0]?.key).toBe(sent[1]?.key)
})

test('refused twice it says so, and keeps its key for the next try', async () => {
  refusals.push('order_ticket_needed', 'order_ticket_needed')
  const one = checkout()
  expect(await one.place({ ...choice, saleId: 'sal_1' })).toBeNull()
  expect(one.trouble.value).toMatchObject({ kind: 'refused', code: 'order_ticket_needed' })
  await one.place({ ...choice, saleId: 'sal_1' })
  expect(new Set(sent.map(({ key }) => key)).size).toBe(1)
})

test('an order at the usual price carries none', async () => {
  await checkout().place({ ...choice, saleId: null })
  expect(sent).toEqual([{ key: expect.any(String), ticket: null }])
})
