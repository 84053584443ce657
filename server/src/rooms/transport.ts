import type { ErrorCode } from '@shelfcast/shared/errors.ts'
import type { DeliveryClass } from '@shelfcast/shared/protocol/message.ts'

/** `queued`: taken, but the socket is behind · `dropped`: not taken, the viewer will not see it. */
export type SendResult = 'sent' | 'queued' | 'dropped'

/** One viewer's socket, as much of it as the engine needs. Calls on a closed link do nothing. */
export interface Link {
  send(frame: string): SendResult
  subscribe(topic: string): void
  unsubscribe(topic: string): void
  /** Bytes taken but not yet handed to the network. */
  bufferedBytes(): number
  close(code: ErrorCode): void
}

/** Sends one frame to all that subscribe to the topic. A link that cannot take it must call `Seat.dropped`. */
export type Broadcast = (topic: string, frame: string) => void

/**
 * A room has one topic a lane; a slow viewer loses its lanes from the last to the first. Each class travels on one
 * lane, and what is personal on none.
 */
export const LANES = ['state', 'side', 'chat'] as const
export type Lane = (typeof LANES)[number]

export const LANE_OF = {
  state: 'state',
  latest: 'side',
  gift: 'side',
  chat: 'chat',
} as const satisfies Record<Exclude<DeliveryClass, 'personal'>, Lane>

export const topicOf = (showId: string, lane: Lane): string => `room:${showId}:${lane}`

/** A frame is a JSON array of events, each encoded before. */
export const frameOf = (events: readonly string[]): string => `[${events.join(',')}]`
