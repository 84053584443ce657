import type { PictureBeside } from '@shelfcast/shared/api/replays.ts'
import { useEffect, useRef } from 'preact/hooks'
import { TileFrame, type TileFrameProps } from '../../kit/tiles/tile-frame.tsx'
import { keepInStep } from './in-step.ts'
import { playFrom } from './source.ts'

interface BesideProps extends Omit<TileFrameProps, 'children'> {
  picture: PictureBeside
  /** The replay's own video, which has the sound. */
  first: HTMLVideoElement
  onStep(isInStep: boolean): void
  onLost(): void
  onClick(): void
}

/** It is ahead of need by so much, and no more: most of a show has one picture. */
const BUFFER_S = 8

/** A picture beside the replay's own: silent, and in step with it. */
export function Beside({ picture, first, onStep, onLost, onClick, ...frame }: BesideProps) {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    const second = video.current!
    const placeOf = (atS: number): number => (picture.fromMs - picture.atMs) / 1000 + atS
    const at = { url: picture.playlistUrl, fromMs: Math.max(0, placeOf(first.currentTime) * 1000) }
    const source = playFrom(second, at, onLost, BUFFER_S)
    source.catch(onLost)
    const stop = keepInStep(first, second, { placeOf, onStep, onLost })
    return () => {
      stop()
      onStep(false)
      source.then(
        (one) => one.close(),
        () => {}, // it never began
      )
    }
  }, [picture, first])
  return (
    <TileFrame {...frame}>
      {(measure) => (
        <video
          ref={video}
          class="tile__video"
          data-testid="replay-beside"
          muted
          playsInline
          disablePictureInPicture
          onResize={measure}
          onClick={onClick}
        />
      )}
    </TileFrame>
  )
}
