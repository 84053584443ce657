import { expect, test } from 'vitest'
import { createRelay } from './relay.ts'
import type { RoomConnection, RoomState } from './types.ts'

function world() {
  const listeners = new Map<string, Set<(value: never) => void>>()
  const on = (event: string, listener: (value: never) => void) => {
    listeners.set(event, (listeners.get(event) ?? new Set()).add(listener))
    return () => listeners.get(event)?.delete(listener)
  }
  const room = { on } as unknown as RoomConnection
  return {
    relay: createRelay(room),
    emit(likes: number) {
      for (const hear of listeners.get('state') ?? []) hear({ likes } as never)
    },
  }
}

/** Tells all later than it is. */
const doubled = (room: RoomConnection): RoomConnection['on'] =>
  ((event: 'state', listener: (state: RoomState) => void) =>
    room.on(event, (state) => listener({ ...state, likes: state.likes * 2 }))) as RoomConnection['on']

test('who listens goes on listening when the way changes, once, and hears each thing once', () => {
  const { relay, emit } = world()
  const heard: number[] = []
  const stop = relay.on('state', ({ likes }) => heard.push(likes))
  emit(1)
  relay.by(doubled)
  emit(2)
  relay.by(doubled)
  relay.on('state', ({ likes }) => heard.push(-likes))
  emit(3)
  stop()
  emit(4)
  expect(heard).toEqual([1, 4, 6, -6, -8])
})
