import { effect } from '@preact/signals'
import { QUALITIES, type Quality } from '@shelfcast/shared/quality.ts'
import { createKeeper } from '../kit/keep.ts'
import type { Video } from '../kit/watch/video.ts'

const kept = createKeeper('quality', () => localStorage)

/** Where a host sends one stream alone, there is none better or smaller to choose. */
export const qualitiesOf = (layers: number): readonly Quality[] =>
  layers > 1 ? QUALITIES : ['auto', 'sound']

/**
 * The picture's quality is this viewer's choice, kept for the next show; all but `sound`: a page that opens may not be
 * heard without a tap. Returns how to stop.
 */
export function keepQuality(video: Video): () => void {
  const before = QUALITIES.find((one) => one === kept.read())
  if (before && before !== 'sound') video.prefer(before)
  let isChosen = false
  return effect(() => {
    const quality = video.quality.value
    if (isChosen && quality !== 'sound') kept.write(quality)
    isChosen = true
  })
}
