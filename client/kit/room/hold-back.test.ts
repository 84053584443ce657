import type { ChatLine, TipView } from '@shelfcast/shared/protocol/parts.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { holdBack } from './hold-back.ts'
import type { RoomConnection, RoomEvents, RoomState } from './types.ts'

/** Rules H1 to H4 of shared/protocol/PROTOCOL.md: a room on the screen of who sees the picture late. */

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
  let state = { pinnedItemId: null, sales: [] } as unknown as RoomState
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
