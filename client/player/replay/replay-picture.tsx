import { useSignal, useSignalEffect } from '@preact/signals'
import type { PictureBeside, ReplayView } from '@shelfcast/shared/api/replays.ts'
import type { SeatView } from '@shelfcast/shared/protocol/parts.ts'
import { useEffect, useRef } from 'preact/hooks'
import { TileFrame } from '../../kit/tiles/tile-frame.tsx'
import { Spinner } from '../../kit/ui/spinner.tsx'
import { usePlayer } from '../context.ts'
import { playerWords } from '../words.ts'
import { Beside } from './beside.tsx'
import { besideSoon, type ReplayStage, sceneAt, stageAt } from './scenes.ts'
import type { ReplaySession } from './session.ts'

/** The replay's own video, and beside it what other pictures there were in the moment. */
export function ReplayPicture({ session }: { session: ReplaySession }) {
  return (
    <div class="replay">
      {session.view.scenes.length > 0 ? (
        <Stage session={session} />
      ) : (
        <OwnVideo session={session} class="replay__video" />
      )}
      {session.status.value === 'loading' && (
        <div class="replay__wait">
          <Spinner size={34} />
        </div>
      )}
    </div>
  )
}

interface OwnVideoProps {
  session: ReplaySession
  class: string
  onVideo?: (video: HTMLVideoElement) => void
  onResize?: (event: { currentTarget: HTMLVideoElement }) => void
}

function OwnVideo({ session, onVideo, ...props }: OwnVideoProps) {
  const player = usePlayer()
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    onVideo?.(video.current!)
    return session.attach(video.current!)
  }, [session])
  useSignalEffect(() => {
    const element = video.current
    if (!element) return
    element.muted = !player.state.soundOn.value
    element.playbackRate = session.rate.value
  })
  return (
    <video
      ref={video}
      {...props}
      data-testid="replay-video"
      aria-label={playerWords.value.replay}
      muted
      playsInline
      onClick={session.toggle}
    />
  )
}

/** What stands where now, and which pictures beside are there or coming. */
interface Moment {
  readonly key: string
  readonly stage: ReplayStage | null
  readonly beside: readonly PictureBeside[]
  readonly own: { readonly seat: SeatView; readonly source: 'camera' | 'screen' }
}

function Stage({ session }: { session: ReplaySession }) {
  const { view } = session
  const first = useSignal<HTMLVideoElement | null>(null)
  const inStep = useSignal<ReadonlySet<string>>(new Set())
  /** This device shows one picture: a second one does not come, or does not keep pace. */
  const alone = useSignal(false)
  const moment = useSignal(momentAt(view, 0, inStep.value))

  useSignalEffect(() => {
    const video = first.value
    const usable = inStep.value
    const isAlone = alone.value
    if (!video) return
    let frame = 0
    const look = () => {
      const next = momentAt(isAlone ? { ...view, pictures: [] } : view, video.currentTime * 1000, usable)
      if (next.key !== moment.peek().key) moment.value = next
    }
    // With each frame, so that a box changes with its picture.
    const follow = () => {
      look()
      frame = video.requestVideoFrameCallback?.(follow) ?? 0
    }
    follow()
    for (const event of ['timeupdate', 'seeking'] as const) video.addEventListener(event, look)
    return () => {
      video.cancelVideoFrameCallback?.(frame)
      for (const event of ['timeupdate', 'seeking'] as const) video.removeEventListener(event, look)
    }
  })
  const report = (picture: PictureBeside, isInStep: boolean) => {
    if (inStep.peek().has(keyOf(picture)) === isInStep) return
    const next = new Set(inStep.peek())
    if (isInStep) next.add(keyOf(picture))
    else next.delete(keyOf(picture))
    inStep.value = next
  }

  const { stage, beside, own } = moment.value
  const ownTile = stage?.tiles.find((tile) => tile.beside === null)
  return (
    <div class="replay__stage">
      <div
        class="tiles"
        data-testid="replay-tiles"
        data-kind={stage?.kind ?? 'solo'}
        data-count={stage?.tiles.length ?? 1}
      >
        <TileFrame {...own} place={ownTile?.place ?? 'whole'} index={ownTile?.index ?? 0} isPlaying>
          {(measure) => (
            <OwnVideo
              session={session}
              class="tile__video"
              onVideo={(video) => (first.value = video)}
              onResize={measure}
            />
          )}
        </TileFrame>
        {first.value &&
          beside.map((picture) => {
            const tile = stage?.tiles.find((one) => one.beside === picture)
            return (
              <Beside
                key={keyOf(picture)}
                {...{ picture, first: first.value!, source: picture.source }}
                seat={tile?.seat ?? nobody(picture.personId)}
                place={tile?.place ?? 'hidden'}
                index={tile?.index ?? 0}
                isPlaying={tile !== undefined}
                onStep={(isInStep) => report(picture, isInStep)}
                onLost={() => (alone.value = true)}
                onClick={session.toggle}
              />
            )
          })}
      </div>
    </div>
  )
}

const keyOf = ({ playlistUrl, atMs }: PictureBeside): string => `${playlistUrl} ${atMs}`

function momentAt(view: ReplayView, ms: number, usable: ReadonlySet<string>): Moment {
  const shown = sceneAt(view, ms)!.shown
  const stage = stageAt(view, ms, (picture) => usable.has(keyOf(picture)))
  const beside = besideSoon(view, ms)
  const seat = sceneAt(view, ms)!.layout.seats.find(({ personId }) => personId === shown.personId)
  const own = { seat: seat ?? nobody(shown.personId), source: shown.source }
  const places = stage?.tiles.map(
    ({ seat, source, place }) => `${seat.personId} ${source} ${place} ${seat.muted}`,
  )
  return { key: JSON.stringify([places, beside.map(keyOf), shown]), stage, beside, own }
}

const nobody = (personId: string): SeatView => ({
  ...{ personId, name: '', camera: null, microphone: null, screen: null, muted: false },
})
