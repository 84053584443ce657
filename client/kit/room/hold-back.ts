import type { Down } from '@shelfcast/shared/protocol/down.ts'
import type { RoomConnection, RoomEvents, RoomState } from './types.ts'

/** A picture that stands still holds nothing back for longer. */
const HELD_MS_MAX = 15_000
const LOOK_MS = 100

/**
 * Listens to a room whose picture is behind: chat, tips and pins are told when the picture comes to their moment, rules
 * H1 to H4 of PROTOCOL.md. All else is told at once.
 * @param pictureAt the moment that the picture shows, on the server's clock; null where it is as good as now
 */
export function holdBack(room: RoomConnection, pictureAt: () => number | null): RoomConnection['on'] {
  const held: { at: number; until: number; apply: () => unknown }[] = []
  let looking = false
  /** What is shown for as long as a newer pin is held; undefined: what the room says. */
  let pin: { itemId: string | null } | undefined
  let newest: Down | null = null
  /** Lines that were taken away, maybe while they were held. */
  const deleted = new Set<string>()
  room.on('event', (event) => {
    if (event.t === 'deleted') for (const lineId of event.lineIds) deleted.add(lineId)
  })

  function look(): void {
    const picture = pictureAt()
    const now = room.serverNow()
    // In order: what is due waits for what came before it.
    while (held[0] && (picture === null || held[0].at <= picture || held[0].until <= now))
      held.shift()?.apply()
    looking = held.length > 0
    if (looking) setTimeout(look, LOOK_MS)
  }

  function hold(at: number, apply: () => unknown): void {
    const picture = pictureAt()
    if (held.length === 0 && (picture === null || at <= picture)) {
      apply()
      return
    }
    held.push({ at, until: room.serverNow() + HELD_MS_MAX, apply })
    if (!looking) setTimeout(look, LOOK_MS)
    looking = true
  }

  const masked = (state: RoomState): RoomState => (pin ? { ...state, pinnedItemId: pin.itemId } : state)

  /** The pin goes to the listener of the state once its moment has come. */
  function holdPin(event: Extract<Down, { t: 'pinned' }>, before: string | null, tell: () => void): void {
    newest = event
    pin ??= { itemId: before }
    hold(event.at ?? room.serverNow(), () => {
      pin = newest === event ? undefined : { itemId: event.itemId }
      tell()
    })
  }

  const on: RoomConnection['on'] = (event, listener) => {
    // What a listener is given follows from the event that it named.
    const tell = listener as (value: RoomEvents[keyof RoomEvents]) => void
    if (event === 'chat') {
      return room.on('chat', (lines) => {
        const own = lines.filter(({ personId }) => personId === room.me?.personId)
        if (own.length > 0) tell(own)
        for (const line of lines)
          if (!own.includes(line)) hold(line.at, () => !deleted.has(line.id) && tell([line]))
      })
    }
    if (event === 'tip') return room.on('tip', (tip) => hold(tip.at, () => tell(tip)))
    if (event !== 'state') return room.on(event, listener)
    let shown = room.state?.pinnedItemId ?? null
    const stops = [
      room.on('event', (down) => {
        if (down.t === 'pinned') holdPin(down, shown, () => room.state && tell(masked(room.state)))
      }),
      room.on('state', (state) => {
        if (!pin) shown = state.pinnedItemId
        tell(masked(state))
      }),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }
  return on
}
