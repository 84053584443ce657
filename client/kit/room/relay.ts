import type { RoomConnection } from './types.ts'

export interface Relay {
  readonly on: RoomConnection['on']
  /** From now on all listen by another `on`, also those who listen already; once. */
  by(make: (room: RoomConnection) => RoomConnection['on']): void
}

/** Listens to a room in a way that may change: what holds events back comes when a picture is behind, and not before. */
export function createRelay(room: RoomConnection): Relay {
  let made: RoomConnection['on'] | null = null
  const again = new Set<() => void>()
  return {
    on(event, listener) {
      const listen = () => (made ? made(event, listener) : room.on(event, listener))
      let stop = listen()
      const move = () => {
        stop()
        stop = listen()
      }
      again.add(move)
      return () => {
        again.delete(move)
        stop()
      }
    },
    by(make) {
      if (made) return
      made = make(room)
      for (const move of again) move()
    },
  }
}
