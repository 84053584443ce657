import type { DownOf } from '@shelfcast/shared/protocol/down.ts'

/** What a domain asks of the room engine: to deliver what was committed. */
export interface RoomPublisher {
  publish(showId: string, event: DownOf<'state' | 'latest' | 'gift' | 'chat'>): void
}
