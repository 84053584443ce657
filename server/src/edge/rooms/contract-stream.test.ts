import { beforeAll, describe, expect, test } from 'vitest'
import { closeOf, limits, offsetsOf, type SocketWorld, socketWorld, Wire } from '../../../test/roomSocket.ts'

/** The numbered rules of shared/protocol/PROTOCOL.md on real sockets: classes, the stream, time, errors. */

let world: SocketWorld
beforeAll(async () => {
  world = await socketWorld()
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
    expect(await wire.close()).toEqual(closeOf(name))
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
    expect(await wire.close()).toEqual(closeOf('evicted'))
  })
})
