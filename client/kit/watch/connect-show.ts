import { type ReadonlySignal, signal } from '@preact/signals'
import type { ErrorCode } from '@shelfcast/shared/errors.ts'
import type { Me } from '@shelfcast/shared/protocol/parts.ts'
import { codeOf } from '../api.ts'
import { connectRoom, type RoomConnection, RoomRefused, type RoomState, type RoomStatus } from '../room.ts'
import { createTickets, type Tickets, type Visit } from './tickets.ts'
import { createVideo, type Video } from './video.ts'

/** A show entered on the tickets of one visit: its room, and its picture for those who want it. */
export interface ShowConnection {
  readonly tickets: Tickets
  readonly room: RoomConnection
  /** What an order in a flash sale carries; another one after `refused`. */
  orderTicket(refused?: boolean): Promise<string>
  /**
   * @param seats whose pictures: left out, the main one alone
   * @param substitute whether low-latency HLS may take the place of WebRTC
   */
  createVideo(seats?: 'all' | 'others', substitute?: boolean): Video
}

/**
 * @param listen `onVisit` hears who I am, with every visit; `onEntryFailed` why there was none. A show that does not
 *   exist is final, anything else is tried again.
 */
export function connectShow(
  showId: string,
  listen: { onVisit?: (visit: Visit) => void; onEntryFailed?: (error: unknown) => void } = {},
): ShowConnection {
  let iceServers: RTCIceServer[] = []
  const tickets = createTickets(showId, (visit) => {
    iceServers = visit.iceServers as RTCIceServer[] // its optional fields may be undefined, which WebRTC ignores
    listen.onVisit?.(visit)
  })
  const entryFailed = (error: unknown): never => {
    listen.onEntryFailed?.(error)
    throw codeOf(error) === 'not_found' ? new RoomRefused('not_found') : error
  }
  const room = connectRoom({
    url: `${location.origin.replace(/^http/, 'ws')}/rooms`,
    getTicket: () => tickets.room().catch(entryFailed),
  })
  return {
    tickets,
    room,
    async orderTicket(refused = false) {
      if (refused) tickets.forget()
      return (refused ? null : room.orderTicket) ?? tickets.order()
    },
    createVideo(seats, substitute = false) {
      const video = createVideo({
        showId,
        seats,
        substitute,
        getTicket: tickets.media,
        forgetTicket: tickets.forget,
        iceServers: () => iceServers,
      })
      room.on('event', (event) => {
        if (event.t === 'media') video.lost(event.key)
      })
      return video
    },
  }
}

/** What a room connection tells, as signals. */
export interface RoomSignals {
  /** Null until the room is entered, and for a show that had ended before. */
  readonly state: ReadonlySignal<RoomState | null>
  readonly status: ReadonlySignal<RoomStatus>
  /** Why the server refused; null unless `status` is `refused`. */
  readonly refusal: ReadonlySignal<ErrorCode | null>
  readonly me: ReadonlySignal<Me | null>
}

/** The signals end with the connection. */
export function roomSignals(room: RoomConnection): RoomSignals {
  const state = signal<RoomState | null>(null)
  const status = signal<RoomStatus>(room.status)
  const refusal = signal<ErrorCode | null>(null)
  const me = signal<Me | null>(null)
  room.on('state', (next) => {
    state.value = next
  })
  room.on('status', (next) => {
    status.value = next
    refusal.value = room.refusal
  })
  room.on('me', (next) => {
    me.value = next
  })
  return { state, status, refusal, me }
}
