import { effect, type ReadonlySignal } from '@preact/signals'
import type { SayResult } from '../../kit/room.ts'
import { connectShow, type RoomSignals, roomSignals } from '../../kit/watch/connect-show.ts'
import { networkIsBack } from '../../kit/watch/renegotiate.ts'
import { createTicker } from '../../kit/watch/ticker.ts'
import type { Video } from '../../kit/watch/video.ts'

/** The show's room and picture, entered as any viewer enters them. */
export interface DeskRoom extends RoomSignals {
  readonly video: Video
  /** The server's clock in steps of 100 ms; reading it while drawing makes the component follow it. */
  readonly now: ReadonlySignal<number>
  say(text: string): Promise<SayResult>
  close(): void
}

export function enterRoom(showId: string): DeskRoom {
  const { room, createVideo } = connectShow(showId)
  const video = createVideo()
  const signals = roomSignals(room)
  const online = () => void networkIsBack(video)
  addEventListener('online', online)
  const stop = effect(() => video.want(signals.state.value?.show.status === 'live'))
  return {
    ...signals,
    video,
    now: createTicker(() => room.serverNow()),
    say: (text) => room.say(text),
    close() {
      stop()
      removeEventListener('online', online)
      video.close()
      room.close()
    },
  }
}
