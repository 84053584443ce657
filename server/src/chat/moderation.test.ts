import { expect, test } from 'vitest'
import { merchant, signedUp, testApp } from '../../test/app.ts'
import { Wire } from '../../test/roomSocket.ts'

/** Over HTTP and a room's socket, as a moderator and a viewer have it. */

const app = await testApp()
const { sql } = app.domains.db

async function room() {
  const shop = await merchant(app)
  const viewer = await signedUp(app, 'Rude')
  const enter = () => viewer.call('POST', `/shows/${shop.show.id}/visits`, {})
  const join = async () => {
    const { roomTicket } = (await (await enter()).json()) as { roomTicket: string }
    const wire = await new Wire(`${app.url.replace('http', 'ws')}/rooms`).opened()
    wire.send({ t: 'join', version: 1, ticket: roomTicket })
    return { wire, welcome: await wire.get('welcome') }
  }
  const base = `/tenants/${shop.tenant.id}`
  const pin = (lineId: string | null) =>
    shop.owner.call('PUT', `${base}/shows/${shop.show.id}/pinned-line`, { lineId })
  return { ...shop, viewer, enter, join, base, pin }
}

async function said(wire: Wire, text: string): Promise<string> {
  wire.send({ t: 'say', id: text, text })
  const ack = await wire.get('ack')
  if (!ack.ok || !ack.line) throw new Error('not said')
  return ack.line.id
}

test('a pinned line is told, is in the snapshot, is logged, and goes with the line', async () => {
  const { show, join, pin, owner, base } = await room()
  const { wire, welcome } = await join()
  expect(welcome.snapshot?.pinnedLine).toBeNull()
  const lineId = await said(wire, 'free shipping until midnight')
  expect((await pin(lineId)).status).toBe(200)
  expect((await wire.get('pinned_line')).line).toMatchObject({
    id: lineId,
    text: 'free shipping until midnight',
  })
  expect((await join()).welcome.snapshot?.pinnedLine?.id).toBe(lineId)
  expect((await owner.call('DELETE', `${base}/shows/${show.id}/chat/${lineId}`)).status).toBe(204)
  expect((await wire.get('deleted')).lineIds).toEqual([lineId])
  expect((await join()).welcome.snapshot?.pinnedLine).toBeNull()
  expect((await pin(lineId)).status).toBe(404)
  const log = await sql`select event->>'t' as t from room_log where show_id = ${show.id} order by "offset"`
  expect(log.map(({ t }) => t)).toEqual(['shelf', 'pinned_line', 'deleted'])
})

test('unpinning tells the room; a line of another show cannot be pinned', async () => {
  const [here, there] = [await room(), await room()]
  const { wire } = await here.join()
  const lineId = await said(wire, 'hello')
  expect((await there.pin(lineId)).status).toBe(404)
  await here.pin(lineId)
  expect((await here.pin(null)).status).toBe(200)
  expect((await wire.get('pinned_line', 1)).line).toBeNull()
})

test('a ban ends what is open, refuses the next visit, and can be lifted', async () => {
  const { viewer, show, enter, join, owner, base } = await room()
  const { roomTicket } = (await (await enter()).json()) as { roomTicket: string }
  const { wire } = await join()
  expect((await owner.call('PUT', `${base}/bans/${viewer.id}`)).status).toBe(204)
  expect(await wire.close()).toEqual({ code: 4409, reason: 'evicted' })
  const again = await new Wire(`${app.url.replace('http', 'ws')}/rooms`).opened()
  again.send({ t: 'join', version: 1, ticket: roomTicket }) // it is still signed, and for this show
  expect(await again.close()).toEqual({ code: 4409, reason: 'evicted' })
  const tip = await viewer.call(
    'POST',
    `/shows/${show.id}/tips`,
    { giftId: 'heart' },
    { 'idempotency-key': 'tip-of-a-banned' },
  )
  expect([tip.status, ((await tip.json()) as { code: string }).code]).toEqual([403, 'banned'])
  const refused = await enter()
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([403, 'banned'])
  const list = async () => (await (await owner.call('GET', `${base}/bans`)).json()) as { items: unknown[] }
  expect((await list()).items).toMatchObject([{ personId: viewer.id, name: 'Rude', bannedBy: 'Owner' }])
  expect((await owner.call('DELETE', `${base}/bans/${viewer.id}`)).status).toBe(204)
  expect((await enter()).status).toBe(201)
  expect((await owner.call('DELETE', `${base}/bans/${viewer.id}`)).status).toBe(404)
})

test('a ban holds in all rooms of the merchant and in no other; who works there cannot be banned', async () => {
  const { viewer, owner, base, tenant } = await room()
  await owner.call('PUT', `${base}/bans/${viewer.id}`)
  const second = await app.domains.shows.create(tenant.id, {
    title: 'Another',
    description: '',
    coverId: null,
    scheduledAt: null,
    hostIds: [owner.id],
  })
  expect((await viewer.call('POST', `/shows/${second.id}/visits`, {})).status).toBe(403)
  const elsewhere = await merchant(app)
  expect((await viewer.call('POST', `/shows/${elsewhere.show.id}/visits`, {})).status).toBe(201)
  expect((await owner.call('PUT', `${base}/bans/${owner.id}`)).status).toBe(409)
  expect((await owner.call('PUT', `${base}/bans/per_nobody`)).status).toBe(404)
})
