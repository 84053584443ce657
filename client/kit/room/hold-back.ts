import type { ShowView } from '@shelfcast/shared/protocol/parts.ts'
import type { RoomConnection, RoomEvents, RoomState } from './types.ts'

/** A picture that stands still holds nothing back for longer. */
const HELD_MS_MAX = 15_000
const LOOK_MS = 100

/**
 * Listens to a room whose picture is behind: chat, tips and pins are told when the picture comes to their moment, and
 * what the show is, for the picture alone; rules H1 to H5 of PROTOCOL.md. All else is told at once.
 * @param pictureAt the moment that the picture shows, on the server's clock; null where it is as good as now
 */
export function holdBack(room: RoomConnection, pictureAt: () => number | null): RoomConnection['on'] {
  const held: { at: number; until: number; apply: () => unknown }[] = []
  let looking = false
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
    return event === 'state' ? onState(room, hold, tell) : room.on(event, listener)
  }
  return on
}

type Hold = (at: number, apply: () => unknown) => void

function onState(room: RoomConnection, hold: Hold, tell: (state: RoomState) => void): () => void {
  const pin = createMask<string | null>(hold, room.state?.pinnedItemId ?? null)
  const show = createMask<ShowView | null>(hold, room.state?.show ?? null)
  const masked = (state: RoomState): RoomState => ({
    ...state,
    ...(pin.held ? { pinnedItemId: pin.shown } : {}),
    ...(show.held && show.shown ? { seenShow: show.shown } : {}),
  })
  const again = () => room.state && tell(masked(room.state))
  const nextPin = (itemId: string | null, at: number | null | undefined): void => {
    if (itemId !== pin.newest) pin.next(itemId, at ?? room.serverNow(), again)
  }
  const nextShow = (next: ShowView): void => {
    const { newest } = show
    if (next.status !== newest?.status || next.hostAway !== newest.hostAway)
      show.next(next, room.serverNow(), again)
  }
  const stops = [
    room.on('event', (down) => {
      if (down.t === 'pinned') nextPin(down.itemId, down.at)
      if (down.t === 'show') nextShow(down.show)
      if (down.t === 'welcome' && down.snapshot) {
        nextPin(down.snapshot.pinnedItemId, down.snapshot.pinnedAt)
        nextShow(down.snapshot.show)
      }
    }),
    room.on('state', (state) => tell(masked(state))),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/** A part of the state that is shown as it was for as long as newer ones are held. */
function createMask<T>(hold: Hold, shown: T) {
  const mask = {
    shown,
    newest: shown,
    held: false,
    next(value: T, at: number, tell: () => void): void {
      mask.newest = value
      mask.held = true
      hold(at, () => {
        mask.shown = value
        mask.held = mask.newest !== value
        tell()
      })
    },
  }
  return mask
}
