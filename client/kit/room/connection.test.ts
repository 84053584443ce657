import type { Down } from '@shelfcast/shared/protocol/down.ts'
import type { Position } from '@shelfcast/shared/protocol/message.ts'
import type { Up } from '@shelfcast/shared/protocol/up.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { connectRoom } from '../room.ts'
import type { RoomOptions, RoomState, SocketLike } from './types.ts'

/** The client's side of the rules in shared/protocol/PROTOCOL.md, frame by frame, with time in hand. */

const snapshot: RoomState = {
  show: { id: 'shw', title: 'Show', status: 'live', hostAway: false, scheduledAt: null, startedAt: 1 },
  shelf: [],
  pinnedItemId: null,
  pinnedAt: null,
  sales: [],
  viewers: 1,
  likes: 10,
  recentChat: [],
  pinnedLine: null,
  recentTips: [],
  layout: null,
  battle: null,
  score: null,
}

/** A socket whose server is the test. */
class ScriptedSocket implements SocketLike {
  static all: ScriptedSocket[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  onerror: (() => void) | null = null
  readonly sent: Up[] = []
  closed = false

  constructor() {
    ScriptedSocket.all.push(this)
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data) as Up)
  }

  close(): void {
    this.closed = true
  }

  says(...events: Down[]): void {
    this.onmessage?.({ data: JSON.stringify(events) })
  }

  welcomes(pos: Position, more: Partial<Extract<Down, { t: 'welcome' }>> = {}): void {
    const me = { personId: 'ann', name: 'Ann', role: 'viewer' as const, mutedUntil: null }
    this.says({ t: 'welcome', version: 1, me, pos, recovered: false, snapshot, serverTime: 1000, ...more })
  }

  sentOf<T extends Up['t']>(t: T): Extract<Up, { t: T }>[] {
    return this.sent.filter((message): message is Extract<Up, { t: T }> => message.t === t)
  }
}

beforeEach(() => {
  vi.useFakeTimers()
  ScriptedSocket.all = []
})
afterEach(() => {
  vi.useRealTimers()
})

const socket = () => ScriptedSocket.all.at(-1)!
const pin = (offset: number, itemId: string): Down => ({ t: 'pinned', pos: [1, offset], itemId })

async function connected(more: Partial<RoomOptions> = {}) {
  const room = connectRoom({
    url: 'ws://test/rooms',
    getTicket: async () => 'a ticket of some length',
    WebSocket: ScriptedSocket,
    backoffMs: { first: 1000, max: 8000 },
    ...more,
  })
  await vi.advanceTimersByTimeAsync(0)
  socket().onopen?.()
  return room
}

async function live(more: Partial<RoomOptions> = {}) {
  const room = await connected(more)
  socket().welcomes([1, 5])
  return room
}

test('J1, V1: joins first, with version and ticket, without a position to resume', async () => {
  await connected()
  expect(socket().sent).toEqual([{ t: 'join', version: 1, ticket: 'a ticket of some length' }])
})

test('N4: whoever is welcomed is in reach of all, unless that is told', async () => {
  const room = await live()
  socket().says({ t: 'reach', key: 'reach', whole: false })
  expect(room.state?.whole).toBe(false)
  socket().welcomes([1, 5], { recovered: true, snapshot: null })
  expect(room.state?.whole).toBe(true)
})

test('S5: an event that was had is passed over', async () => {
  const room = await live()
  socket().says(pin(6, 'six'))
  socket().says(pin(5, 'five'), pin(6, 'six again'))
  expect(room.state?.pinnedItemId).toBe('six')
  expect(socket().sentOf('join')).toHaveLength(1)
})

test('S5, J5: after a gap it joins again without a ticket, and takes nothing numbered until the welcome', async () => {
  const room = await live()
  socket().says(pin(8, 'eight'))
  socket().says(pin(9, 'nine'))
  expect(room.state?.pinnedItemId).toBeNull()
  expect(socket().sentOf('join').slice(1)).toEqual([{ t: 'join', version: 1, resume: [1, 5] }])
  socket().says(
    ...[6, 7, 8, 9].flatMap((offset): Down[] =>
      offset === 6
        ? [
            {
              t: 'welcome',
              version: 1,
              me: room.me!,
              pos: [1, 5],
              recovered: true,
              snapshot: null,
              serverTime: 1,
            },
            pin(6, '6'),
          ]
        : [pin(offset, String(offset))],
    ),
  )
  expect(room.state?.pinnedItemId).toBe('9')
  expect(room.status).toBe('live')
})

test('S5: an event of another epoch is a gap', async () => {
  await live()
  socket().says({ t: 'pinned', pos: [2, 6], itemId: 'x' })
  expect(socket().sentOf('join')).toHaveLength(2)
})

test('B2, B3: resync twice is one join', async () => {
  await live()
  socket().says({ t: 'resync' })
  socket().says({ t: 'resync' })
  expect(socket().sentOf('join').slice(1)).toEqual([{ t: 'join', version: 1, resume: [1, 5] }])
})

test('S3: what is not recovered replaces all that was known', async () => {
  const room = await live()
  socket().says(pin(6, 'old'))
  socket().onclose?.({ code: 1006 })
  await vi.advanceTimersByTimeAsync(1000)
  socket().onopen?.()
  expect(socket().sentOf('join')).toMatchObject([{ resume: [1, 6] }])
  socket().welcomes([2, 40], { snapshot: { ...snapshot, pinnedItemId: 'new' } })
  socket().says({ t: 'pinned', pos: [2, 41], itemId: 'newest' })
  expect(room.state?.pinnedItemId).toBe('newest')
})

test('a frame is one change of the state; lines come together, each once', async () => {
  const room = await live()
  const states = vi.fn()
  const lines = vi.fn()
  room.on('state', states)
  const stop = room.on('chat', lines)
  const line = (id: string) => ({
    id,
    personId: 'ben',
    name: 'Ben',
    role: 'viewer' as const,
    text: 'hi',
    at: 1,
  })
  socket().says(
    { t: 'chat', line: line('a') },
    { t: 'chat', line: line('b') },
    { t: 'chat', line: line('a') },
  )
  expect(states).toHaveBeenCalledOnce()
  expect(lines).toHaveBeenCalledExactlyOnceWith([line('a'), line('b')])
  stop()
  socket().says({ t: 'chat', line: line('c') })
  expect(lines).toHaveBeenCalledOnce()
  expect(room.state?.recentChat.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
})

test('what a snapshot holds is no news', async () => {
  const room = await connected()
  const chat = vi.fn()
  const tips = vi.fn()
  room.on('chat', chat)
  room.on('tip', tips)
  const tip = { id: 't', personId: 'ben', name: 'Ben', giftId: 'heart', count: 1, coins: 1, at: 1 }
  socket().welcomes([1, 0], { snapshot: { ...snapshot, recentTips: [tip] } })
  socket().says({ t: 'tip', tip })
  expect([chat, tips].map((listener) => listener.mock.calls.length)).toEqual([0, 0])
})

test('C8: taps show at once, and are told in batches at most once a second, over a reconnect too', async () => {
  const room = await live()
  for (let i = 0; i < 70; i++) room.like()
  expect(room.state?.likes).toBe(80)
  await vi.advanceTimersByTimeAsync(999)
  expect(socket().sentOf('like')).toEqual([{ t: 'like', count: 1 }])
  await vi.advanceTimersByTimeAsync(1)
  expect(socket().sentOf('like').at(-1)).toEqual({ t: 'like', count: 50 })
  socket().onclose?.({ code: 1006 })
  await vi.advanceTimersByTimeAsync(1000)
  socket().onopen?.()
  socket().welcomes([1, 5], { snapshot: { ...snapshot, likes: 61 } })
  expect(room.state?.likes).toBe(80)
  expect(socket().sentOf('like')).toEqual([{ t: 'like', count: 19 }])
  socket().says({ t: 'likes', key: 'likes', total: 70 })
  expect(room.state?.likes).toBe(80)
})

test('E2: say resolves with the answer, or with timeout when none comes or nobody is there', async () => {
  const room = await connected()
  expect(await room.say('too early')).toEqual({ ok: false, error: 'timeout', retryAfterMs: null })
  socket().welcomes([1, 0])
  const refused = room.say('one')
  socket().says({ t: 'ack', id: 'c1', ok: false, error: 'muted', retryAfterMs: 5 })
  expect(await refused).toEqual({ ok: false, error: 'muted', retryAfterMs: 5 })
  const unanswered = room.say('two')
  const cut = room.say('three')
  socket().onclose?.({ code: 1006 })
  expect((await Promise.all([unanswered, cut])).map(({ ok }) => ok)).toEqual([false, false])
})

test('B5: a heartbeat without an answer ends the connection', async () => {
  const room = await live({ heartbeatMs: 1000, answerMsMax: 500 })
  const first = socket()
  for (let i = 0; i < 5; i++) {
    first.says({ t: 'clock', sent: first.sentOf('clock').at(-1)!.sent, serverTime: 1000 })
    await vi.advanceTimersByTimeAsync(150)
  }
  expect(first.sentOf('clock')).toHaveLength(5)
  await vi.advanceTimersByTimeAsync(1000)
  expect(first.sentOf('clock')).toHaveLength(6)
  await vi.advanceTimersByTimeAsync(500)
  expect(first.closed).toBe(true)
  expect(room.status).toBe('reconnecting')
})

test('B5: a join without a welcome is given up', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1)
  const room = await connected({ answerMsMax: 500, backoffMs: { first: 400, max: 400 } })
  const first = socket()
  await vi.advanceTimersByTimeAsync(500)
  expect(first.closed).toBe(true)
  expect(room.status).toBe('connecting')
  await vi.advanceTimersByTimeAsync(1000)
  expect(ScriptedSocket.all).toHaveLength(2)
})

test('J7: a full room is tried again until there is a place', async () => {
  const room = await connected({ backoffMs: { first: 400, max: 400 } })
  socket().onclose?.({ code: 4503 })
  expect(room.status).toBe('full')
  await vi.advanceTimersByTimeAsync(1000)
  expect(ScriptedSocket.all).toHaveLength(2)
  expect(room.status).toBe('full')
})

test('B6: waits grow with each attempt, and start anew after a connection that lasted', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1)
  const room = await connected({ backoffMs: { first: 100, max: 400 } })
  for (const waitMs of [100, 200, 400, 400]) {
    socket().onclose?.({ code: 1006 })
    const count = ScriptedSocket.all.length
    await vi.advanceTimersByTimeAsync(waitMs - 1)
    expect(ScriptedSocket.all).toHaveLength(count)
    await vi.advanceTimersByTimeAsync(1)
    expect(ScriptedSocket.all).toHaveLength(count + 1)
  }
  socket().onopen?.()
  socket().welcomes([1, 0])
  await vi.advanceTimersByTimeAsync(5000)
  expect(room.status).toBe('live')
  socket().onclose?.({ code: 1006 })
  const count = ScriptedSocket.all.length
  await vi.advanceTimersByTimeAsync(100)
  expect(ScriptedSocket.all).toHaveLength(count + 1)
})

test('B4: move connects again after the wait, with the position', async () => {
  const room = await live()
  const first = socket()
  first.says({ t: 'move', afterMs: 300 })
  await vi.advanceTimersByTimeAsync(299)
  expect(room.status).toBe('live')
  await vi.advanceTimersByTimeAsync(1)
  expect(first.closed).toBe(true)
  expect(ScriptedSocket.all).toHaveLength(2)
  socket().onopen?.()
  expect(socket().sentOf('join')).toMatchObject([{ resume: [1, 5] }])
})

test('close ends everything and leaves no timer', async () => {
  const room = await live()
  room.like()
  room.close()
  room.close()
  expect(room.status).toBe('live')
  expect(socket().closed).toBe(true)
  expect(vi.getTimerCount()).toBe(0)
})

test('B7: told to come later and closed, it comes at that moment and not before', async () => {
  await connected()
  const first = socket()
  first.says({ t: 'move', afterMs: 4000 })
  first.onclose?.({ code: 1013 })
  await vi.advanceTimersByTimeAsync(3990)
  expect(ScriptedSocket.all).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(20)
  expect(ScriptedSocket.all).toHaveLength(2)
})

test('J6: the ticket is renewed over the socket, and the next connection asks nobody for one', async () => {
  const getTicket = vi.fn(async () => 'a ticket of some length')
  const room = await live({ getTicket, answerMsMax: 1e6 })
  expect(room.orderTicket).toBeNull()
  await vi.advanceTimersByTimeAsync(5000)
  const [asked] = socket().sentOf('refresh')
  expect(asked).toEqual({ t: 'refresh', id: expect.any(String) })
  const renewed = { ticket: 'renewed by the server', orderTicket: 'for a flash sale', lifeMs: 60_000 }
  socket().says({ t: 'ack', id: asked!.id, ok: true, ...renewed })
  await vi.advanceTimersByTimeAsync(10_000)
  expect(room.orderTicket).toBe('for a flash sale')
  socket().onclose?.({ code: 1006 })
  await vi.advanceTimersByTimeAsync(1000)
  socket().onopen?.()
  expect(socket().sentOf('join')[0]).toMatchObject({ ticket: 'renewed by the server' })
  expect(getTicket).toHaveBeenCalledTimes(1)
  socket().onclose?.({ code: 4401 }) // it is not liked any more
  await vi.advanceTimersByTimeAsync(2000)
  expect(getTicket).toHaveBeenCalledTimes(2)
})

test('J6: a renewed ticket is renewed again in time, and not used once it has run out', async () => {
  const getTicket = vi.fn(async () => 'a ticket of some length')
  const room = await live({ getTicket, heartbeatMs: 1e6, answerMsMax: 1e6 })
  await vi.advanceTimersByTimeAsync(5000)
  socket().says({
    t: 'ack',
    id: socket().sentOf('refresh')[0]!.id,
    ok: true,
    ...{ ticket: 'renewed', orderTicket: 'too' },
    lifeMs: 60_000,
  })
  await vi.advanceTimersByTimeAsync(36_000)
  expect(socket().sentOf('refresh')).toHaveLength(2) // and never answered
  expect(room.orderTicket).toBe('too')
  await vi.advanceTimersByTimeAsync(30_000)
  expect(room.orderTicket).toBeNull()
  socket().onclose?.({ code: 1006 })
  await vi.advanceTimersByTimeAsync(1000)
  expect(getTicket).toHaveBeenCalledTimes(2)
})
