import { ERRORS, type ErrorEntry } from '@shelfcast/shared/errors.ts'
import type { ChatLine, TipView } from '@shelfcast/shared/protocol/parts.ts'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { FINAL_CLOSES, TICKET_CLOSE } from '../../../../client/kit/room/refusals.ts'
import {
  connectRoom,
  type RoomConnection,
  type RoomOptions,
  RoomRefused,
} from '../../../../client/kit/room.ts'
import { faultyNetwork } from '../../../test/faultyNetwork.ts'
import { type SocketWorld, socketWorld } from '../../../test/roomSocket.ts'
import { tipEvent } from '../../../test/rooms.ts'
import { found } from '../../kernel/errors.ts'

/** The client's room connection against the real server, over networks that fail. */

const open = new Set<RoomConnection>()
afterEach(() => {
  for (const room of open) room.close()
  open.clear()
})

/** A client, and all that it was told. */
function client(world: SocketWorld, personId = 'ann', more: Partial<RoomOptions> = {}) {
  const room = connectRoom({
    url: world.url,
    getTicket: () => world.ticket(personId),
    WebSocket,
    backoffMs: { first: 20, max: 100 },
    answerMsMax: 500,
    ...more,
  })
  open.add(room)
  const heard = {
    statuses: [room.status],
    chat: [] as ChatLine[],
    tips: [] as TipView[],
    offsets: [] as number[],
  }
  room.on('status', (status) => heard.statuses.push(status))
  room.on('chat', (lines) => heard.chat.push(...lines))
  room.on('tip', (tip) => heard.tips.push(tip))
  room.on('event', (event) => {
    if (event.t !== 'welcome' && 'pos' in event) heard.offsets.push(event.pos[1])
  })
  return { room, heard }
}

const isLive = (room: RoomConnection) => expect.poll(() => room.status, { timeout: 5000 }).toBe('live')
const pinned = (room: RoomConnection) => expect.poll(() => room.state?.pinnedItemId, { timeout: 5000 })

test("J4: joins, and has the room's state", async () => {
  const world = await socketWorld()
  const { room, heard } = client(world)
  expect(room.state).toBeNull()
  await isLive(room)
  expect(room.state).toMatchObject({ show: { title: 'Show' }, pinnedItemId: null })
  expect(room.me).toMatchObject({ personId: 'ann', role: 'viewer', mutedUntil: null })
  await world.pin('itm1')
  await pinned(room).toBe('itm1')
  expect(heard.statuses).toEqual(['connecting', 'live'])
})

test("C6: one's own line shows on its acknowledgement, and once", async () => {
  const world = await socketWorld()
  const [ann, ben] = [client(world, 'ann'), client(world, 'ben')]
  await isLive(ann.room)
  await isLive(ben.room)
  const said = await ann.room.say(' hello ')
  expect(said).toMatchObject({ ok: true, line: { text: 'hello', personId: 'ann' } })
  expect(ann.heard.chat).toHaveLength(1)
  await expect.poll(() => ben.heard.chat).toHaveLength(1)
  expect(ann.heard.chat).toEqual(ben.heard.chat)
  expect(ann.room.state?.recentChat).toHaveLength(1)
  await world.chat.deleteLine({ ...world.place, lineId: ben.heard.chat[0]!.id })
  await expect.poll(() => ann.room.state?.recentChat).toEqual([])
})

test('C5, E2: a mute is known, and refuses with the wait', async () => {
  const world = await socketWorld()
  const { room } = client(world)
  await isLive(room)
  await world.chat.mute({ ...world.place, personId: 'ann', minutes: 1, by: 'mod' })
  await expect.poll(() => room.me?.mutedUntil).not.toBeNull()
  expect(await room.say('hi')).toMatchObject({ ok: false, error: 'muted', retryAfterMs: expect.any(Number) })
})

test('C8: taps count at once and add up at the server', async () => {
  const world = await socketWorld({ viewersBeatMs: 50 })
  const { room } = client(world)
  await isLive(room)
  for (let i = 0; i < 60; i++) room.like()
  expect(room.state?.likes).toBe(60)
  const other = client(world, 'ben')
  await expect.poll(() => other.room.state?.likes, { timeout: 5000 }).toBe(60)
  expect(room.state?.likes).toBe(60)
})

test('J6: refresh takes a new ticket', async () => {
  const world = await socketWorld()
  let who = 'ann'
  const { room } = client(world, 'ann', { getTicket: () => world.ticket(who) })
  await isLive(room)
  who = 'ben'
  expect(await room.refresh()).toBe(true)
  expect(room.me).toMatchObject({ personId: 'ben' })
})

test("T1: the clock is the server's, over a slow network too", async () => {
  const world = await socketWorld()
  const network = await faultyNetwork(world.port)
  network.state.delayMs = 80
  const { room } = client(world, 'ann', { url: network.url })
  await isLive(room)
  await expect.poll(() => Math.abs(room.serverNow() - Date.now())).toBeLessThan(40)
})

test('S3, S5: after a cut, all state is there, in order and once, and the status says so', async () => {
  const world = await socketWorld()
  const network = await faultyNetwork(world.port)
  const { room, heard } = client(world, 'ann', { url: network.url })
  await isLive(room)
  for (let round = 0; round < 5; round++) {
    await world.pin(`a${round}`)
    network.cut()
    await world.pin(`b${round}`)
    await world.pin(`c${round}`)
    await pinned(room).toBe(`c${round}`)
  }
  expect(heard.offsets).toEqual(Array.from({ length: 15 }, (_, i) => i + 1))
  expect(heard.statuses).toContain('reconnecting')
  expect(room.status).toBe('live')
})

test('C3: a tip is shown once, over reconnects', async () => {
  const world = await socketWorld()
  const network = await faultyNetwork(world.port)
  const { room, heard } = client(world, 'ann', { url: network.url })
  await isLive(client(world, 'ben').room) // keeps the room
  await isLive(room)
  world.rooms.publish(world.place.showId, tipEvent('t1'))
  await expect.poll(() => heard.tips).toHaveLength(1)
  network.cut()
  world.rooms.publish(world.place.showId, tipEvent('t2'))
  await expect.poll(() => heard.tips.map(({ id }) => id)).toEqual(['t1', 't2'])
  await isLive(room)
  expect(heard.tips).toHaveLength(2)
})

test('B5: a network that lets nothing through is noticed, and left', async () => {
  const world = await socketWorld()
  const network = await faultyNetwork(world.port)
  const { room, heard } = client(world, 'ann', { url: network.url, heartbeatMs: 100, answerMsMax: 200 })
  await isLive(room)
  network.state.stalled = true
  await expect.poll(() => room.status, { timeout: 3000 }).toBe('reconnecting')
  expect(await room.say('anyone?')).toMatchObject({ ok: false, error: 'timeout' })
  await world.pin('meanwhile')
  network.state.stalled = false
  network.cut()
  await pinned(room).toBe('meanwhile')
  expect(heard.offsets).toEqual([1])
})

test('B2: a client that could not read gets all state by resuming on the same connection', async () => {
  const world = await socketWorld({ slowPollMs: 20, logEventsMax: 1000, logBytesMax: 64 * 1024 * 1024 })
  let socket: WebSocket | null = null
  class Kept extends WebSocket {
    constructor(url: string) {
      super(url)
      socket = this
    }
  }
  const { room, heard } = client(world, 'ann', { WebSocket: Kept, answerMsMax: 8000 })
  await isLive(room)
  const reader = found(socket as WebSocket | null)
  reader.pause()
  for (let i = 0; i < 400; i++) await world.pin(`${i}${'x'.repeat(20_000)}`)
  reader.resume()
  await expect.poll(() => heard.offsets.at(-1), { timeout: 8000 }).toBe(400)
  expect(heard.offsets).toEqual(Array.from({ length: 400 }, (_, i) => i + 1))
  expect(heard.statuses).toEqual(['connecting', 'live'])
})

test('B3: resync twice in a row is one join', async () => {
  const world = await socketWorld()
  const { room } = client(world)
  await isLive(room)
  const { showId } = world.place
  const events = []
  for (const epoch of [2, 3]) {
    await world.db.sql`update room_heads set epoch = ${epoch}, "offset" = 0 where show_id = ${showId}`
    events.push(await world.commit({ t: 'pinned', itemId: `epoch ${epoch}` }))
  }
  for (const event of events) world.rooms.publish(showId, event)
  await world.pin('after')
  await pinned(room).toBe('after')
  expect(room.status).toBe('live')
})

test('B4: moves when the server goes away, and is there when it is back', async () => {
  const world = await socketWorld({ drainMs: 50 })
  const network = await faultyNetwork(world.port)
  const { room, heard } = client(world, 'ann', { url: network.url })
  await isLive(room)
  await world.edge.close()
  expect(heard.statuses.at(-1)).toBe('reconnecting')
  expect(world.rooms.viewers(world.place.showId)).toBe(0)
})

test('an ended show ends the connection for good', async () => {
  const world = await socketWorld()
  const { room, heard } = client(world)
  await isLive(room)
  const show = { ...room.state!.show, status: 'ended' as const }
  world.rooms.publish(world.place.showId, await world.commit({ t: 'show', show }))
  await expect.poll(() => room.status).toBe('ended')
  expect(room.state?.show.status).toBe('ended')
  await expect.poll(() => world.rooms.viewers(world.place.showId)).toBe(0)
  expect(heard.statuses).toEqual(['connecting', 'live', 'ended'])
})

test('E1: a refusal is final where trying again is of no use, and says why', async () => {
  const world = await socketWorld()
  const { room } = client(world)
  await isLive(room)
  world.rooms.evict(world.place.showId, 'ann')
  await expect.poll(() => room.status).toBe('refused')
  expect(room.refusal).toBe('evicted')
})

test('J2: a ticket is asked for again, three times, then the room is closed to us', async () => {
  const world = await socketWorld()
  let asked = 0
  const { room } = client(world, 'ann', {
    getTicket: async () => {
      asked++
      return 'not a ticket at all'
    },
  })
  await expect.poll(() => room.status, { timeout: 3000 }).toBe('refused')
  expect([asked, room.refusal]).toEqual([3, 'ticket_invalid'])
})

test('J2: while no ticket is to be had it tries again, unless there will never be one', async () => {
  const world = await socketWorld()
  let failures = 2
  const { room } = client(world, 'ann', {
    getTicket: async () => {
      if (failures-- > 0) throw new Error('the server is not there')
      return world.ticket()
    },
  })
  await isLive(room)
  const { room: gone } = client(world, 'ann', {
    getTicket: () => Promise.reject(new RoomRefused('not_found')),
  })
  await expect.poll(() => gone.status).toBe('refused')
  expect(gone.refusal).toBe('not_found')
})

test('E3: the closes that the client takes as final are those of the catalogue', () => {
  for (const [code, name] of Object.entries(FINAL_CLOSES)) {
    expect((ERRORS[name] as ErrorEntry).close, name).toBe(Number(code))
    expect(ERRORS[name].retry, name).toBe(false)
  }
  expect(ERRORS.ticket_invalid.close).toBe(TICKET_CLOSE)
})
