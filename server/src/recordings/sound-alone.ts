import type { Limits } from '../config.ts'
import type { Log } from '../kernel/log.ts'
import type { Closable } from '../kernel/ticker.ts'
import type { SeatSources, Stage } from '../stage/index.ts'
import type { RecordingStore } from './store.ts'

interface SoundAloneDeps {
  stage: Pick<Stage, 'onSources'>
  store: Pick<RecordingStore, 'trouble'>
  /** Whether this tenant keeps replays. */
  keeps(tenantId: string): Promise<boolean>
  log: Log
  limits: Pick<Limits['recordings'], 'soundAloneMs'>
}

const sends = (kind: 'picture' | 'sound', seats: readonly SeatSources[]): boolean =>
  seats.some(
    ({ standIn, pictures, audioId }) =>
      !standIn && (kind === 'picture' ? pictures.length > 0 : audioId !== null),
  )

/** A show of which only sound is sent, as an encoder may, is not recorded: its merchant is told why there is no replay. */
export function watchSoundAlone({ stage, store, keeps, log, limits }: SoundAloneDeps): Closable {
  const waiting = new Map<string, NodeJS.Timeout>()

  async function tell(tenantId: string, showId: string): Promise<void> {
    if (await keeps(tenantId)) await store.trouble(tenantId, showId, 'sound_alone')
  }

  const stop = stage.onSources(({ tenantId, showId, seats }) => {
    const alone = sends('sound', seats) && !sends('picture', seats)
    if (alone === waiting.has(showId)) return
    clearTimeout(waiting.get(showId))
    waiting.delete(showId)
    if (!alone) return
    // Tracks come one after the other.
    const timer = setTimeout(() => {
      tell(tenantId, showId).catch((error) => log.warn({ err: error, showId }, 'a show of sound alone'))
    }, limits.soundAloneMs)
    waiting.set(showId, timer.unref())
  })

  return {
    close() {
      stop()
      for (const timer of waiting.values()) clearTimeout(timer)
    },
  }
}
