import { parseDown } from '@shelfcast/shared/protocol/down.ts'
import { PROTOCOL_VERSION } from '@shelfcast/shared/protocol/version.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  closeOf,
  joinWith,
  limits,
  offsetsOf,
  PUBLIC_URL,
  type SocketWorld,
  socketWorld,
  Wire,
} from '../../../test/roomSocket.ts'

/** The numbered rules of shared/protocol/PROTOCOL.md on real sockets: frames, versions, joining. */

let world: SocketWorld
beforeAll(async () => {
  world = await socketWorld()
})

/** Viewers that come back at once. */
const STORM = 500

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
    expect(await wire.close()).toEqual(closeOf('payload_too_large'))
  })

  test('F2: too many messages end the connection', async () => {
    const { wire } = await world.joined()
    for (let i = 0; i <= limits.rooms.messagesPer10SMax; i++) wire.send({ t: 'clock', sent: i })
    expect(await wire.close()).toEqual(closeOf('too_many_requests'))
  })

  test('V1: another version is refused', async () => {
    const wire = await new Wire(world.url).opened()
    wire.send(joinWith(await world.ticket(), { version: PROTOCOL_VERSION + 1 }))
    expect(await wire.close()).toEqual(closeOf('protocol_unsupported'))
  })
})

describe('joining', () => {
  test('J1: anything before join ends the connection, but clock is answered', async () => {
    const wire = await new Wire(world.url).opened()
    wire.send({ t: 'clock', sent: 7 })
    expect((await wire.get('clock')).sent).toBe(7)
    wire.send({ t: 'say', id: '1', text: 'hello' })
    expect(await wire.close()).toEqual(closeOf('join_expected'))
  })

  test('J1: silence ends the connection after joinWithinMs', async () => {
    const { url } = await socketWorld({ joinWithinMs: 100 })
    const wire = await new Wire(url).opened()
    expect(await wire.close()).toEqual(closeOf('join_expected'))
  })

  test.each([
    ['forged', async () => `${await world.ticket()}x`],
    ['for video', () => world.ticket('ann', { right: 'media' })],
    ['missing', async () => undefined],
  ])('J2: a ticket that is %s ends the connection', async (_what, ticketOf) => {
    const wire = await new Wire(world.url).opened()
    const ticket = await ticketOf()
    wire.send({ t: 'join', version: PROTOCOL_VERSION, ...(ticket ? { ticket } : {}) })
    expect(await wire.close()).toEqual(closeOf('ticket_invalid'))
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
    expect(await wire.close()).toEqual(closeOf('origin_refused'))
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
    expect(await wire.close()).toEqual(closeOf('ticket_invalid'))
  })

  test('J5: a join while one is under way ends the connection', async () => {
    const wire = await new Wire(world.url).opened()
    const join = joinWith(await world.ticket())
    wire.send(join)
    wire.send(join)
    expect(await wire.close()).toEqual(closeOf('join_expected'))
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
    expect(await wire.close()).toEqual(closeOf('room_full'))
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
