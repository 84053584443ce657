import { effect, type ReadonlySignal, signal } from '@preact/signals'
import type { ErrorCode } from '@shelfcast/shared/errors.ts'
import type { Me } from '@shelfcast/shared/protocol/parts.ts'
import { codeOf } from '../../kit/errors.ts'
import { connectRoom, RoomRefused, type RoomState, type RoomStatus, type SayResult } from '../../kit/room.ts'
import { createTicker } from '../../kit/watch/ticker.ts'
import { createTickets, type Visit } from '../../kit/watch/tickets.ts'
import { createVideo, type Video } from '../../kit/watch/video.ts'

/** The show's room and picture, entered as any viewer enters them. */
export interface DeskRoom {
  /** Null until the room is entered, and for a show that had ended before. */
  readonly state: ReadonlySignal<RoomState | null>
  readonly status: ReadonlySignal<RoomStatus>
  /** Why the server refused; null unless `status` is `refused`. */
  readonly refusal: ReadonlySignal<ErrorCode | null>
  readonly me: ReadonlySignal<Me | null>
  readonly video: Video
  /** The server's clock in steps of 100 ms; reading it while drawing makes the component follow it. */
  readonly now: ReadonlySignal<number>
  say(text: string): Promise<SayResult>
  close(): void
}

export function enterRoom(showId: string): DeskRoom {
  let visit: Visit | null = null
  const tickets = createTickets(showId, (next) => {
    visit = next
  })
  const room = connectRoom({
    url: `${location.origin.replace(/^http/, 'ws')}/rooms`,
    getTicket: () =>
      tickets.room().catch((error) => {
        throw codeOf(error) === 'not_found' ? new RoomRefused('not_found') : error
      }),
  })
  const video = createVideo({
    showId,
    getTicket: tickets.media,
    forgetTicket: tickets.forget,
    iceServers: () => (visit?.iceServers ?? []) as RTCIceServer[],
  })
  const state = signal<RoomState | null>(null)
  const status = signal<RoomStatus>(room.status)
  const refusal = signal<ErrorCode | null>(null)
  const me = signal<Me | null>(null)
  const online = () => video.restart()
  addEventListener('online', online)
  const stops = [
    room.on('state', (next) => {
      state.value = next
    }),
    room.on('status', (next) => {
      status.value = next
      refusal.value = room.refusal
    }),
    room.on('me', (next) => {
      me.value = next
    }),
    effect(() => video.want(state.value?.show.status === 'live')),
    () => removeEventListener('online', online),
  ]
  return {
    state,
    status,
    refusal,
    me,
    video,
    now: createTicker(() => room.serverNow()),
    say: (text) => room.say(text),
    close() {
      for (const stop of stops) stop()
      video.close()
      room.close()
    },
  }
}
