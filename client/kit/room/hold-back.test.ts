import type { ChatLine, ShowView, Snapshot, TipView } from '@shelfcast/shared/protocol/parts.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { holdBack } from './hold-back.ts'
import type { RoomConnection, RoomEvents, RoomState } from './types.ts'

/** Rules H1 to H5 of shared/protocol/PROTOCOL.md: a room on the screen of who sees the picture late. */

const START = 1_000_000
const BEHIND_MS = 3000

beforeEach(() => {
  vi.useFakeTimers({ now: START })
})
afterEach(() => {
  vi.useRealTimers()
})

function world(behindMs: number | null) {
  const listeners = new Map<string, Set<(value: never) => void>>()
  let state = {
    pinnedItemId: null,
    sales: [],
    show: { status: 'live', hostAway: false },
  } as unknown as RoomState
  const room = {
    me: { personId: 'me' },
    get state() {
      return state
    },
    serverNow: () => Date.now(),
    on(event: string, listener: (value: never) => void) {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(listener))
      return () => listeners.get(event)?.delete(listener)
    },
  } as unknown as RoomConnection
  const on = holdBack(room, () => (behindMs === null ? null : Date.now() - behindMs))
  const emit = <E extends keyof RoomEvents>(event: E, value: RoomEvents[E]) => {
    for (const listener of listeners.get(event) ?? []) listener(value as never)
  }
  const states: RoomState[] = []
  const lines: string[] = []
  on('state', (next) => states.push(next))
  on('chat', (more) => lines.push(...more.map(({ id }) => id)))
  return {
    states,
    lines,
    on,
    emit,
    said: (id: string, personId = 'ann') => emit('chat', [{ id, personId, at: Date.now() } as ChatLine]),
    pin(itemId: string | null, at: number | undefined = Date.now()) {
      state = { ...state, pinnedItemId: itemId }
      emit('event', { t: 'pinned', pos: [1, 1], itemId, ...(at === undefined ? {} : { at }) })
      emit('state', state)
    },
    /** Comes again after a drop: no event, but a snapshot. */
    welcomes(more: Partial<Snapshot>) {
      state = { ...state, ...more }
      emit('event', { t: 'welcome', snapshot: state } as unknown as RoomEvents['event'])
      emit('state', state)
    },
    shows(status: ShowView['status'], hostAway = false) {
      const show = { status, hostAway } as ShowView
      state = { ...state, show }
      emit('event', { t: 'show', pos: [1, 1], show })
      emit('state', state)
    },
    /** What the picture shows of the show, and what is known of it. */
    seen: () => [(states.at(-1)?.seenShow ?? states.at(-1)?.show)?.status, states.at(-1)?.show.status],
    sells(id: string) {
      state = { ...state, sales: [{ id }] } as unknown as RoomState
      emit('state', state)
    },
    pins: () => states.map(({ pinnedItemId }) => pinnedItemId).filter((id, i, all) => id !== all[i - 1]),
  }
}

test('H1: a pin, a line and a tip are told when the picture comes to their moment', () => {
  const { pin, said, emit, on, pins, lines } = world(BEHIND_MS)
  const tips: string[] = []
  on('tip', ({ id }) => tips.push(id))
  pin('itm_1')
  said('lin_1')
  emit('tip', { id: 'tip_1', at: Date.now() } as TipView)
  vi.advanceTimersByTime(BEHIND_MS - 200)
  expect([pins(), lines, tips]).toEqual([[null], [], []])
  vi.advanceTimersByTime(400)
  expect([pins(), lines, tips]).toEqual([[null, 'itm_1'], ['lin_1'], ['tip_1']])
})

test('H1: pins that follow each other come one after the other', () => {
  const { pin, pins } = world(BEHIND_MS)
  pin('itm_1')
  vi.advanceTimersByTime(1000)
  pin(null)
  vi.advanceTimersByTime(1000)
  pin('itm_2')
  vi.advanceTimersByTime(BEHIND_MS + 200)
  expect(pins()).toEqual([null, 'itm_1', null, 'itm_2'])
})

test('H2: what a purchase needs and what one said oneself come at once', () => {
  const { sells, said, states, lines, pin } = world(BEHIND_MS)
  pin('itm_1')
  sells('sal_1')
  said('lin_own', 'me')
  expect(states.at(-1)).toMatchObject({ sales: [{ id: 'sal_1' }], pinnedItemId: null })
  expect(lines).toEqual(['lin_own'])
})

test('H2: a line that is taken away while it is held is never shown', () => {
  const { said, emit, lines } = world(BEHIND_MS)
  said('lin_1')
  said('lin_2')
  emit('event', { t: 'deleted', pos: [1, 2], lineIds: ['lin_1'] })
  vi.advanceTimersByTime(BEHIND_MS + 200)
  expect(lines).toEqual(['lin_2'])
})

test('H3: nothing is held for longer than 15 s, however far behind the picture is', () => {
  const { pin, pins } = world(60_000)
  pin('itm_1')
  vi.advanceTimersByTime(14_800)
  expect(pins()).toEqual([null])
  vi.advanceTimersByTime(400)
  expect(pins()).toEqual([null, 'itm_1'])
})

test('H4: where the picture is as good as now nothing is held', () => {
  const { pin, said, pins, lines } = world(null)
  pin('itm_1')
  said('lin_1')
  expect([pins(), lines]).toEqual([['itm_1'], ['lin_1']])
})

test('H1: a pin that a snapshot tells waits for its picture too, and one that is old does not', () => {
  const { welcomes, pins } = world(BEHIND_MS)
  welcomes({ pinnedItemId: 'itm_1', pinnedAt: Date.now() - 1000 })
  expect(pins()).toEqual([null])
  vi.advanceTimersByTime(BEHIND_MS - 1000 + 200)
  expect(pins()).toEqual([null, 'itm_1'])
  welcomes({ pinnedItemId: 'itm_2', pinnedAt: Date.now() - 60_000 })
  expect(pins()).toEqual([null, 'itm_1', 'itm_2'])
})

test.each(['ended', 'paused'] as const)(
  'H5: the picture of a show that is %s plays to its end, and it is known at once',
  (status) => {
    const { shows, seen, states } = world(BEHIND_MS)
    shows(status, status === 'paused')
    expect(seen()).toEqual(['live', status])
    vi.advanceTimersByTime(BEHIND_MS - 200)
    expect(seen()).toEqual(['live', status])
    vi.advanceTimersByTime(400)
    expect(seen()).toEqual([status, status])
    expect(states.at(-1)).not.toHaveProperty('seenShow')
  },
)

test('H5: a snapshot after a drop is no reason to cut the picture, and a host who is back soon was never away', () => {
  const { welcomes, shows, seen, states } = world(BEHIND_MS)
  welcomes({ show: { status: 'paused', hostAway: true } as ShowView })
  expect(seen()).toEqual(['live', 'paused'])
  vi.advanceTimersByTime(1000)
  shows('live')
  vi.advanceTimersByTime(BEHIND_MS - 1000 + 200)
  expect(seen()).toEqual(['paused', 'live']) // one second of it, as it was
  vi.advanceTimersByTime(1000)
  expect(seen()).toEqual(['live', 'live'])
  expect(states.at(-1)).not.toHaveProperty('seenShow')
})

test('H3, H4, H5: an end is not held for longer than 15 s, and not at all where the picture is as good as now', () => {
  const far = world(60_000)
  far.shows('ended')
  vi.advanceTimersByTime(14_800)
  expect(far.seen()).toEqual(['live', 'ended'])
  vi.advanceTimersByTime(400)
  expect(far.seen()).toEqual(['ended', 'ended'])
  const near = world(null)
  near.shows('ended')
  expect(near.seen()).toEqual(['ended', 'ended'])
})
