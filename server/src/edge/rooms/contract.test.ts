import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { ERRORS, type ErrorCode, type ErrorEntry } from '@shelfcast/shared/errors.ts'
import { parseDown } from '@shelfcast/shared/protocol/down.ts'
import { PROTOCOL_VERSION } from '@shelfcast/shared/protocol/version.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import {
  joinWith,
  limits,
  offsetsOf,
  PUBLIC_URL,
  type SocketWorld,
  socketWorld,
  Wire,
} from '../../../test/roomSocket.ts'

/** The numbered rules of shared/protocol/PROTOCOL.md on real sockets. */

let world: SocketWorld
beforeAll(async () => {
  world = await socketWorld()
})

const close = (name: ErrorCode) => ({ code: (ERRORS[name] as ErrorEntry).close, reason: name })

/** The least that uWS takes. */
const IDLE_S_MIN = 8

/** Viewers that come back at once. */
const STORM = 500

/** State events that together are more than the kernel's buffers and ours hold. */
const FLOOD = 400
async function flood({ pin }: SocketWorld): Promise<void> {
  for (let i = 0; i < FLOOD; i++) await pin(`${i}${'x'.repeat(20_000)}`)
}

describe('frames and versions', () => {
  test('F1: every down frame is an array of events of this protocol', async () => {
    const { wire } = await world.joined()
    await world.pin('itm1')
    wire.send({ t: 'say', id: '1', text: 'hello' })
    await wire.get('ack')
    await wire.get('chat')
    await wire.get('viewers')
    for (const event of wire.events) expect(parseDown(event), JSON.stringify(event)).toEqual(event)
  })

  test('F2: a frame that is too long ends the connection', async () => {
    const wire = await new Wire(world.url).opened()
    wire.send({ t: 'join', padding: 'x'.repeat(limits.rooms.frameBytesMax) })
    expect(await wire.close()).toEqual(close('payload_too_large'))
  })

  test('F2: too many messages end the connection', async () => {
    const { wire } = await world.joined()
    for (let i = 0; i <= limits.rooms.messagesPer10SMax; i++) wire.send({ t: 'clock', sent: i })
    expect(await wire.close()).toEqual(close('too_many_requests'))
  })

  test('V1: another version is refused', async () => {
    const wire = await new Wire(world.url).opened()
    wire.send(joinWith(await world.ticket(), { version: PROTOCOL_VERSION + 1 }))
    expect(await wire.close()).toEqual(close('protocol_unsupported'))
  })
})

describe('joining', () => {
  test('J1: anything before join ends the connection, but clock is answered', async () => {
    const wire = await new Wire(world.url).opened()
    wire.send({ t: 'clock', sent: 7 })
    expect((await wire.get('clock')).sent).toBe(7)
    wire.send({ t: 'say', id: '1', text: 'hello' })
    expect(await wire.close()).toEqual(close('join_expected'))
  })

  test('J1: silence ends the connection after joinWithinMs', async () => {
    const { url } = await socketWorld({ joinWithinMs: 100 })
    const wire = await new Wire(url).opened()
    expect(await wire.close()).toEqual(close('join_expected'))
  })

  test.each([
    ['forged', async () => `${await world.ticket()}x`],
    ['for video', () => world.ticket('ann', { right: 'media' })],
    ['missing', async () => undefined],
  ])('J2: a ticket that is %s ends the connection', async (_what, ticketOf) => {
    const wire = await new Wire(world.url).opened()
    const ticket = await ticketOf()
    wire.send({ t: 'join', version: PROTOCOL_VERSION, ...(ticket ? { ticket } : {}) })
    expect(await wire.close()).toEqual(close('ticket_invalid'))
  })

  test('J2, J6: a ticket is checked without a database: a storm of resumes asks it nothing, and succeeds without it', async () => {
    const quiet = 3_600_000 // what is done from time to time is not done meanwhile
    const own = await socketWorld({ headPollMs: quiet, headPollAloneMs: quiet, viewersBeatMs: quiet })
    const embedded = { origin: 'https://embed.example' }
    await own.joined('ann', embedded) // the room stays open
    await own.pin('itm1')
    const tickets = await Promise.all(Array.from({ length: STORM }, (_, i) => own.ticket(`per${i}`)))
    const storm = () =>
      Promise.all(
        tickets.map(async (ticket, i) => {
          const wire = await new Wire(own.url, embedded.origin).opened()
          wire.send(joinWith(ticket, { resume: [1, 0] }))
          const { recovered, me } = await wire.get('welcome')
          expect([recovered, me.personId, offsetsOf(wire.events)]).toEqual([true, `per${i}`, [1]])
          wire.send({ t: 'refresh', id: 'r' })
          expect(await wire.get('ack')).toMatchObject({ ok: true })
          wire.socket.terminate()
        }),
      )
    own.postgres.queries = 0
    await storm()
    expect(own.postgres.queries).toBe(0)

    own.postgres.isAway = true
    await storm()
    const { wire } = await own.joined('ann', { ...embedded, resume: [1, 1] })
    wire.send({ t: 'say', id: 's', text: 'still here' })
    expect(await wire.get('ack')).toMatchObject({ ok: true })
    own.postgres.isAway = false
  })

  test("J3: our own origin and the tenant's may join, others may not", async () => {
    await world.joined('ann', { origin: PUBLIC_URL })
    await world.joined('ann', { origin: 'https://embed.example' })
    await world.joined('ann', { origin: `http://127.0.0.1:${world.port}` })
    const wire = await new Wire(world.url, 'https://evil.example').opened()
    wire.send(joinWith(await world.ticket()))
    expect(await wire.close()).toEqual(close('origin_refused'))
  })

  test('J3: the origin null is refused before the upgrade', async () => {
    for (const origin of ['null', 'not an origin']) {
      expect(await new Wire(world.url, origin).close()).toMatchObject({ code: 1006 })
    }
  })

  test('J4: welcome tells who one is, where one stands, and the room', async () => {
    await world.chat.mute({ ...world.place, personId: 'mod', minutes: 5, by: 'ann' })
    const { welcome } = await world.joined('mod', { claims: { role: 'moderator', name: 'Mo' } })
    expect(welcome).toMatchObject({
      version: PROTOCOL_VERSION,
      recovered: false,
      me: { personId: 'mod', name: 'Mo', role: 'moderator', mutedUntil: expect.any(Number) },
      snapshot: { show: { id: 'shw' }, shelf: [], viewers: expect.any(Number), likes: 0 },
    })
    expect(Math.abs(welcome.serverTime - Date.now())).toBeLessThan(1000)
  })

  test('J5: a joined connection joins again without a ticket, but not into another room', async () => {
    const { wire } = await world.joined()
    wire.send({ t: 'join', version: PROTOCOL_VERSION })
    await wire.get('welcome', 1)
    wire.send(joinWith(await world.ticket('ann', { showId: 'another' })))
    expect(await wire.close()).toEqual(close('ticket_invalid'))
  })

  test('J5: a join while one is under way ends the connection', async () => {
    const wire = await new Wire(world.url).opened()
    const join = joinWith(await world.ticket())
    wire.send(join)
    wire.send(join)
    expect(await wire.close()).toEqual(close('join_expected'))
  })

  test('J6: refresh makes one somebody else in the same room', async () => {
    const { wire } = await world.joined('ann')
    wire.send({ t: 'refresh', id: 'r1', ticket: await world.ticket('ben', { role: 'buyer', name: 'Ben' }) })
    expect(await wire.get('ack')).toMatchObject({ id: 'r1', ok: true })
    expect((await wire.get('you')).me).toMatchObject({ personId: 'ben', name: 'Ben', role: 'buyer' })
    wire.send({ t: 'say', id: 's1', text: 'me now' })
    expect((await wire.get('ack', 1)).line).toMatchObject({ personId: 'ben', role: 'buyer' })
    world.rooms.tell(world.place.showId, 'ben', { t: 'you', me: { name: 'Benny' } })
    expect((await wire.get('you', 1)).me).toEqual({ name: 'Benny' })
    wire.send({ t: 'refresh', id: 'r2', ticket: await world.ticket('ben', { showId: 'another' }) })
    expect(await wire.get('ack', 2)).toMatchObject({ id: 'r2', ok: false, error: 'ticket_invalid' })
  })

  test('J6: refresh without a ticket brings one for the next connection, of the same claims', async () => {
    const { wire } = await world.joined('ben', { claims: { role: 'buyer' } })
    wire.send({ t: 'refresh', id: 'r1' })
    const { ticket = '', orderTicket = '', ok, lifeMs } = await wire.get('ack')
    expect({ ok, lifeMs }).toEqual({ ok: true, lifeMs: limits.tickets.lifeMs })
    expect(await world.verify(orderTicket, 'order')).toMatchObject({
      personId: 'ben',
      showId: world.place.showId,
    })
    const next = await new Wire(world.url).opened()
    next.send(joinWith(ticket))
    expect((await next.get('welcome')).me).toMatchObject({ personId: 'ben', role: 'buyer' })
  })

  test('J6: a ticket is renewed for renewMs at most', async () => {
    const since = Date.now() - 600_000 - 1
    const { wire } = await world.joined('ann', { claims: { since } })
    wire.send({ t: 'refresh', id: 'r1' })
    expect(await wire.get('ack')).toMatchObject({ ok: false, error: 'ticket_invalid' })
  })

  test('J7: a full room refuses', async () => {
    const small = await socketWorld({ viewersPerRoomMax: 1 })
    await small.joined()
    const wire = await new Wire(small.url).opened()
    wire.send(joinWith(await small.ticket('ben')))
    expect(await wire.close()).toEqual(close('room_full'))
  })

  test('J8: viewers are counted, and no more when they are gone', async () => {
    const own = await socketWorld({ viewersBeatMs: 50 })
    const [first, second] = [await own.joined('ann'), await own.joined('ben')]
    await expect
      .poll(() => first.wire.events.filter(({ t }) => t === 'viewers').at(-1))
      .toMatchObject({ count: 2 })
    second.wire.socket.terminate()
    await expect
      .poll(() => first.wire.events.filter(({ t }) => t === 'viewers').at(-1))
      .toMatchObject({ count: 1 })
    first.wire.socket.close()
    await expect.poll(() => own.rooms.connections(own.place.showId)).toBe(0)
  })

  test("J8: a host's and a moderator's windows are no audience", async () => {
    const own = await socketWorld({ viewersBeatMs: 50 })
    for (const role of ['host', 'moderator', 'buyer'] as const) {
      const wire = await new Wire(own.url).opened()
      wire.send(joinWith(await own.ticket(role, { role })))
      await wire.get('welcome')
    }
    expect([own.rooms.connections(own.place.showId), own.rooms.viewers(own.place.showId)]).toEqual([3, 1])
  })
})

describe('classes', () => {
  test('C1: state reaches all, in order, in a frame of its own', async () => {
    const own = await socketWorld()
    const viewers = await Promise.all(['ann', 'ben'].map((personId) => own.joined(personId)))
    for (let i = 1; i <= 5; i++) await own.pin(`itm${i}`)
    for (const { wire } of viewers) {
      await wire.get('pinned', 4)
      expect(offsetsOf(wire.events)).toEqual([1, 2, 3, 4, 5])
      for (const frame of wire.frames) if (frame[0]?.t === 'pinned') expect(frame).toHaveLength(1)
    }
  })

  test('C4: lines that come together share a frame', async () => {
    const own = await socketWorld({ flushMsMin: 100 })
    const { wire } = await own.joined()
    const speaker = { ...own.place, personId: 'ben', name: 'Ben', role: 'viewer' } as const
    for (let i = 0; i < 5; i++) await own.chat.say(speaker, `line ${i}`)
    await wire.get('chat', 4)
    expect(wire.frames.filter((frame) => frame.some(({ t }) => t === 'chat'))).toHaveLength(1)
  })

  test('C5, C7: a mute is told to the muted person alone, and holds', async () => {
    const own = await socketWorld()
    const [ann, ben] = [await own.joined('ann'), await own.joined('ben')]
    const { mutedUntil } = await own.chat.mute({ ...own.place, personId: 'ann', minutes: 1, by: 'mod' })
    expect(await ann.wire.get('you')).toEqual({ t: 'you', me: { mutedUntil } })
    ann.wire.send({ t: 'say', id: '1', text: 'hi' })
    expect(await ann.wire.get('ack')).toMatchObject({
      ok: false,
      error: 'muted',
      retryAfterMs: expect.any(Number),
    })
    expect(ben.wire.events.some(({ t }) => t === 'you')).toBe(false)
  })

  test('C6: say is answered with the line as the room hears it', async () => {
    const [ann, ben] = [await world.joined('ann'), await world.joined('ben')]
    ann.wire.send({ t: 'say', id: 'x', text: '  \u202ehi ' })
    const { line } = await ann.wire.get('ack')
    expect(line).toMatchObject({ text: 'hi', personId: 'ann' })
    expect((await ben.wire.get('chat')).line).toEqual(line)
  })

  test('C7: too fast is told, with the wait', async () => {
    const own = await socketWorld()
    const { wire } = await own.joined()
    for (let i = 0; i <= limits.chat.linesPer10SMax; i++) wire.send({ t: 'say', id: `s${i}`, text: 'hi' })
    expect(await wire.get('ack', limits.chat.linesPer10SMax)).toMatchObject({
      error: 'chat_too_fast',
      retryAfterMs: expect.any(Number),
    })
  })

  test('C8: likes add up, within a rate, and the room is told the total', async () => {
    const own = await socketWorld({ viewersBeatMs: 50, likesPer10SMax: 100 })
    const { wire } = await own.joined()
    for (let i = 0; i < 4; i++) wire.send({ t: 'like', count: 40 })
    await expect.poll(() => wire.events.filter(({ t }) => t === 'likes').at(-1)).toMatchObject({ total: 80 })
    await expect
      .poll(
        async () => (await own.db.sql`select likes from room_heads where show_id = ${own.place.showId}`)[0],
      )
      .toEqual({ likes: 80 })
  })
})

describe('the stream', () => {
  test('S1: positions rise by one, however many commit at once, and a new epoch starts anew', async () => {
    const own = await socketWorld()
    const { wire, welcome } = await own.joined()
    expect(welcome.pos).toEqual([1, 0])
    const events = await Promise.all(
      Array.from({ length: 40 }, (_, i) => own.commit({ t: 'pinned', itemId: `itm${i}` })),
    )
    expect(events.map(({ pos }) => pos).sort(([, a], [, b]) => a - b)).toEqual(
      Array.from({ length: 40 }, (_, i) => [1, i + 1]),
    )
    for (const event of events) own.rooms.publish(own.place.showId, event)
    await wire.get('pinned', 39)
    await own.db.sql`update room_heads set epoch = 2, "offset" = 0 where show_id = ${own.place.showId}`
    await own.pin('new')
    await wire.get('resync')
    expect((await own.joined('ben')).welcome.pos).toEqual([2, 1])
  })

  test('S2: events that are published out of order arrive in order; unpublished ones arrive too', async () => {
    const own = await socketWorld()
    const { wire } = await own.joined()
    const events = []
    for (const itemId of ['a', 'b', 'c', 'd']) events.push(await own.commit({ t: 'pinned', itemId }))
    for (const i of [3, 1]) own.rooms.publish(own.place.showId, events[i]!)
    await wire.get('pinned', 3)
    expect(offsetsOf(wire.events)).toEqual([1, 2, 3, 4])
  })

  test('S3: a resume is answered with what was missed, in the frame of the welcome', async () => {
    const own = await socketWorld()
    const { wire } = await own.joined()
    await own.pin('a')
    await wire.get('pinned')
    wire.socket.terminate()
    await own.pin('b')
    await own.pin('c')
    const back = await own.joined('ann', { resume: [1, 1] })
    expect(back.welcome).toMatchObject({ recovered: true, snapshot: null, pos: [1, 1] })
    expect(offsetsOf(back.wire.frames[0]!)).toEqual([2, 3])
  })

  test.each([
    ['too old', [1, 0]],
    ['of another epoch', [2, 3]],
    ['from the future', [1, 99]],
  ] as const)('S3: a position that is %s is answered with a snapshot', async (_what, resume) => {
    const own = await socketWorld({ logEventsMax: 2 })
    for (const itemId of ['a', 'b', 'c']) await own.pin(itemId)
    const { welcome, wire } = await own.joined('ann', { resume: [...resume] })
    expect(welcome).toMatchObject({ recovered: false, pos: [1, 3], snapshot: { pinnedItemId: 'c' } })
    expect(offsetsOf(wire.events)).toEqual([])
  })
})

describe('backpressure and moving on', () => {
  test('B2: a viewer that stops reading loses its place and no state; others notice nothing', async () => {
    const own = await socketWorld({ slowPollMs: 20, logBytesMax: 64 * 1024 * 1024, logEventsMax: 1000 })
    const [slow, quick] = [await own.joined('ann'), await own.joined('ben')]
    slow.wire.pause()
    await flood(own)
    await quick.wire.get('pinned', FLOOD - 1)
    expect(offsetsOf(quick.wire.events)).toHaveLength(FLOOD)
    slow.wire.resume()
    await slow.wire.get('resync')
    const seen = offsetsOf(slow.wire.events)
    expect(seen.length).toBeLessThan(FLOOD)
    slow.wire.send({ t: 'join', version: PROTOCOL_VERSION, resume: [1, seen.at(-1)!] })
    const again = await slow.wire.get('welcome', 1)
    expect(again.recovered).toBe(true)
    expect(offsetsOf(slow.wire.events)).toEqual(Array.from({ length: FLOOD }, (_, i) => i + 1))
  })

  test('B2: who stays behind is closed with too_slow', async () => {
    const own = await socketWorld({ slowPollMs: 20, behindMsMax: 100 })
    const { wire } = await own.joined()
    wire.pause()
    await flood(own)
    await expect.poll(() => own.rooms.viewers(own.place.showId)).toBe(0)
    wire.resume()
    expect(await wire.close()).toEqual(close('too_slow'))
  })

  test('B3: a new epoch makes all join again', async () => {
    const own = await socketWorld()
    const { wire } = await own.joined()
    await own.db.sql`update room_heads set epoch = 2, "offset" = 0 where show_id = ${own.place.showId}`
    await own.pin('new')
    await wire.get('resync')
    wire.send({ t: 'join', version: PROTOCOL_VERSION, resume: [1, 0] })
    expect(await wire.get('welcome', 1)).toMatchObject({ recovered: false, pos: [2, 1] })
  })

  test('B7: one connection too many is told when to come again, and beyond the queue is refused with Retry-After', async () => {
    const { url } = await socketWorld({ upgradesPerSMax: 2, upgradeWaitMsMax: 800 })
    const wires: Wire[] = []
    for (let i = 0; i < 3; i++) wires.push(await new Wire(url).opened())
    expect(await wires[2]!.close()).toEqual(close('unavailable'))
    expect(wires.flatMap(({ events }) => events)).toEqual([{ t: 'move', afterMs: expect.any(Number) }])
    const fourth = new WebSocket(url).on('error', () => {})
    const [, answer] = (await once(fourth, 'unexpected-response')) as [unknown, IncomingMessage]
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '1'])
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const later = await new Wire(url).opened()
    expect(later.closed).toBeNull()
  })

  test('B5: the server pings; who answers stays, who is silent for idleTimeoutS is closed', async () => {
    const own = await socketWorld({ idleTimeoutS: IDLE_S_MIN })
    const open = async (autoPong: boolean) => {
      const socket = new WebSocket(own.url, { autoPong })
      let [pings, closedAt] = [0, 0]
      socket.on('ping', () => pings++)
      socket.on('close', () => {
        closedAt = performance.now()
      })
      await once(socket, 'open')
      socket.send(JSON.stringify(joinWith(await own.ticket())))
      await once(socket, 'message')
      return { socket, pings: () => pings, closedAt: () => closedAt }
    }
    const [alive, dead, openedAt] = [await open(true), await open(false), performance.now()]
    await expect.poll(dead.closedAt, { timeout: 30_000 }).toBeGreaterThan(0)
    expect(dead.pings()).toBeGreaterThan(0)
    expect(dead.closedAt() - openedAt).toBeGreaterThan(IDLE_S_MIN * 500)
    expect(dead.closedAt() - openedAt).toBeLessThan(IDLE_S_MIN * 2000)
    expect(alive.pings()).toBeGreaterThan(0)
    expect(alive.socket.readyState).toBe(WebSocket.OPEN)
    await expect.poll(() => own.rooms.connections(own.place.showId)).toBe(1)
    alive.socket.terminate()
  }, 40_000)

  test('B4: a server that goes away tells viewers to move, takes no new ones, and closes who stays', async () => {
    const own = await socketWorld({ drainMs: 300 })
    const [first, second] = [await own.joined('ann'), await own.joined('ben')]
    const closing = own.edge.close()
    for (const { wire } of [first, second]) {
      const { afterMs } = await wire.get('move')
      expect(afterMs).toBeGreaterThanOrEqual(0)
      expect(afterMs).toBeLessThan(300)
    }
    expect(await new Wire(own.url).close()).toMatchObject({ code: 1006 })
    first.wire.socket.close()
    expect(await second.wire.close()).toEqual(close('server_draining'))
    await closing
  })
})

describe('time and errors', () => {
  test("T1: clock gives back the stamp and the server's time", async () => {
    const { wire } = await world.joined()
    wire.send({ t: 'clock', sent: 12.5 })
    const { sent, serverTime } = await wire.get('clock')
    expect(sent).toBe(12.5)
    expect(Math.abs(serverTime - Date.now())).toBeLessThan(1000)
  })

  test("T2: every time on the wire is milliseconds since 1970 on the server's clock", async () => {
    const own = await socketWorld()
    const before = Date.now()
    const { wire, welcome } = await own.joined()
    wire.send({ t: 'clock', sent: 0 })
    wire.send({ t: 'say', id: 's', text: 'hello' })
    const { mutedUntil } = await own.chat.mute({ ...own.place, personId: 'ann', minutes: 1, by: 'mod' })
    const [clock, { line }, { me }] = [await wire.get('clock'), await wire.get('ack'), await wire.get('you')]
    expect(me.mutedUntil).toBe(mutedUntil)
    const told = [welcome.serverTime, clock.serverTime, line!.at, mutedUntil! - 60_000]
    told.push((await wire.get('chat')).line.at)
    for (const at of told) {
      expect(Number.isInteger(at)).toBe(true)
      expect(at).toBeGreaterThanOrEqual(before)
      expect(at).toBeLessThanOrEqual(Date.now())
    }
  })

  test.each([
    ['bad_json', '{"t":'],
    ['bad_json', '[]x'],
    ['bad_json', '"join"'],
    ['bad_json', 'null'],
    ['bad_json', Buffer.from('{"t":"clock","sent":1}')],
    ['unknown_message', '{"t":"fly"}'],
    ['unknown_message', '{}'],
    ['unknown_message', '[]'],
    ['invalid_input', '{"t":"clock","sent":"now"}'],
    ['invalid_input', '{"t":"clock","sent":1,"more":1}'],
    ['invalid_input', '{"t":"like","count":51}'],
  ] as const)('E1, E3: %s for %s', async (name, frame) => {
    const wire = await new Wire(world.url).opened()
    wire.socket.send(frame)
    expect(await wire.close()).toEqual(close(name))
  })

  test('E1: what is no UTF-8 is refused by the transport or by us', async () => {
    const wire = await new Wire(world.url).opened()
    wire.socket.send(Buffer.from([0xff, 0xfe]), { binary: false })
    expect([1006, 1007, 4400]).toContain((await wire.close()).code)
  })

  test('E2: a refused line leaves the connection alive', async () => {
    const { wire } = await world.joined()
    wire.send({ t: 'say', id: '1', text: '\u202e\u202e' })
    expect(await wire.get('ack')).toMatchObject({ ok: false, error: 'invalid_input' })
    wire.send({ t: 'clock', sent: 1 })
    await wire.get('clock')
  })

  test('E3: an evicted person is told so', async () => {
    const { wire } = await world.joined('mod')
    world.rooms.evict(world.place.showId, 'mod')
    expect(await wire.close()).toEqual(close('evicted'))
  })
})
