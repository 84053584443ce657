import { type Answer, call } from '../api.ts'

export type Visit = Answer<'POST /shows/:showId/visits'>

/** Tickets live a minute; one that is nearly over is not used any more. */
const FRESH_MS = 45_000
/** A reconnect uses the last ticket again and costs the server nothing; should it be refused, the next is new. */
const ROOM_USES_MAX = 2

export interface Tickets {
  /** Enters the show, or enters anew: who I am now, and fresh tickets. Calls at the same time share one request. */
  enter(): Promise<Visit>
  /** The ticket for a connection to the room. */
  room(): Promise<string>
  /** The bearer token for a WHEP session. */
  media(): Promise<string>
  /** What an order in a flash sale carries. */
  order(): Promise<string>
  /** After a ticket was refused: the next is a new one. */
  forget(): void
}

/**
 * One visit gives a ticket for the room and one for the video and one for flash sales, so that the first frame costs a single request.
 * @param onVisit called with every answer: person and show may have changed
 */
export function createTickets(showId: string, onVisit: (visit: Visit) => void): Tickets {
  let pending: Promise<Visit> | null = null
  let last: { visit: Visit; at: number } | null = null
  let roomUses = 0

  const enter = () => {
    pending ??= call('POST /shows/:showId/visits', { params: { showId } })
      .then((visit) => {
        last = { visit, at: performance.now() }
        roomUses = 0
        onVisit(visit)
        return visit
      })
      .finally(() => {
        pending = null
      })
    return pending
  }

  const fresh = async (): Promise<Visit> =>
    last && !pending && performance.now() - last.at < FRESH_MS ? last.visit : enter()

  return {
    enter,
    async room() {
      if (roomUses >= ROOM_USES_MAX) last = null
      const { roomTicket } = await fresh()
      roomUses += 1
      return roomTicket
    },
    media: async () => (await fresh()).mediaTicket,
    order: async () => (await fresh()).orderTicket,
    forget: () => {
      last = null
    },
  }
}
