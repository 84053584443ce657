import { splice } from '../encoding/index.ts'
import type { ObjectStorage } from '../kernel/storage.ts'
import { initKey, segmentKey } from './objects.ts'
import type { Piece, ShownSegment } from './timeline.ts'

/** The bytes of what a replay shows. @throws an Error where storage has lost them */
export function createFootage(storage: Pick<ObjectStorage, 'get'>) {
  async function stored(key: string): Promise<Buffer> {
    const object = await storage.get(key)
    if (!object) throw new Error(`storage lost ${key}`)
    return object.bytes
  }

  const segmentsOf = (takeId: string, seqs: readonly number[]): Promise<Buffer[]> =>
    Promise.all(seqs.map((seq) => stored(segmentKey(takeId, seq))))

  const initOf = (takeId: string): Promise<Buffer> => stored(initKey(takeId))

  return {
    initOf,

    /** A segment with the sound that belongs to it, for a decoder that knows the `initOf` its take. */
    async bytesOf({ takeId }: Pick<Piece, 'takeId'>, segment: ShownSegment): Promise<Buffer> {
      const { seq, fromMs, durationMs, sound } = segment
      if (!sound) return stored(segmentKey(takeId, seq))
      const { shiftMs, seqs, fromPicture, untilPicture } = sound
      // What does not begin or end with the picture begins or ends with the take's own segment.
      const heard = seqs.filter((one) => (fromPicture || one >= seq) && (untilPicture || one <= seq))
      const [init, picture, soundInit, segments] = await Promise.all([
        initOf(takeId),
        segmentsOf(takeId, [seq]),
        initOf(sound.takeId),
        segmentsOf(sound.takeId, heard),
      ])
      const untilMs = fromMs + durationMs
      return splice(
        { init, segments: picture },
        untilMs,
        { init: soundInit, segments },
        {
          fromMs: fromPicture ? fromMs - shiftMs : null,
          untilMs: untilPicture ? untilMs - shiftMs : null,
          shiftMs,
        },
      )
    },
  }
}
