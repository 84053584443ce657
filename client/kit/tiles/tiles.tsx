import { useSignal } from '@preact/signals'
import { arrange, type Tile } from '@shelfcast/shared/layout.ts'
import type { SeatView, StageLayout } from '@shelfcast/shared/protocol/parts.ts'
import { useEffect, useRef } from 'preact/hooks'
import { changeStream, isHeld } from '../watch/change-stream.ts'
import { TileFrame } from './tile-frame.tsx'

export interface TilesProps {
  layout: StageLayout
  /** By stream id, as `Video.streams`. */
  streams: ReadonlyMap<string, MediaStream>
  /** Who speaks. */
  speakerId: string | null
  soundOn: boolean
  /** Whose own pictures are among the streams: they are not heard. */
  ownId?: string | undefined
  /** One's own face is expected as in a mirror. */
  mirrored?: boolean | undefined
  /** The pictures are running, so that what stood in for them can go; false when none is any more. */
  onReady?: (ready: boolean) => void
  onDblClick?: () => void
}

type Source = Tile['source']

/**
 * The pictures of a stage with several hosts. Each has a video element of its own for as long as it is sent, also while
 * a layout leaves it out (it is heard then), so that a change moves boxes and restarts nothing.
 */
export function Tiles(props: TilesProps) {
  const { layout, streams, onReady } = props
  const { kind, tiles } = arrange(layout)
  const playing = useSignal<ReadonlySet<string>>(new Set())
  const isPlaying = ({ seat, source }: Tile) => playing.value.has(keyOf(seat, source))
  const wasReady = useRef(false)
  // All at first; from then on a picture that is still to come leaves the others where they are.
  const sending = tiles.filter(({ seat, source }) => seat[source] !== null)
  const ready = sending.length > 0 && (wasReady.current ? sending.some(isPlaying) : sending.every(isPlaying))
  wasReady.current = ready
  useEffect(() => onReady?.(ready), [ready])
  const report = (key: string, isPlaying: boolean) => {
    const next = new Set(playing.peek())
    if (isPlaying) next.add(key)
    else next.delete(key)
    playing.value = next
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a double tap likes, as the heart button does for who has no pointer
    <div
      class="tiles"
      data-testid="tiles"
      data-kind={kind}
      data-count={tiles.length}
      onDblClick={props.onDblClick}
    >
      {[...layout.seats, ...(layout.rival ? [layout.rival] : [])].flatMap((seat) =>
        (seat === layout.rival ? RIVALS : sourcesOf(seat)).map((source) => {
          const index = tiles.findIndex((tile) => tile.seat === seat && tile.source === source)
          const key = keyOf(seat, source)
          return (
            <TileView
              key={key}
              {...props}
              id={key}
              seat={seat}
              source={source}
              place={tiles[index]?.place ?? 'hidden'}
              index={index}
              stream={streams.get(key) ?? null}
              isPlaying={playing.value.has(key)}
              report={report}
            />
          )
        }),
      )}
    </div>
  )
}

/** A rival keeps its place while it is away. */
const RIVALS: readonly Source[] = ['camera']

const keyOf = ({ personId }: SeatView, source: Source): string => `${personId}.${source}`

const sourcesOf = ({ camera, microphone, screen }: SeatView): Source[] => [
  ...(camera !== null || microphone !== null ? (['camera'] as const) : []),
  ...(screen !== null ? (['screen'] as const) : []),
]

interface TileViewProps extends TilesProps {
  id: string
  seat: SeatView
  source: Source
  place: Tile['place'] | 'hidden'
  index: number
  stream: MediaStream | null
  isPlaying: boolean
  report(key: string, isPlaying: boolean): void
}

function TileView(props: TileViewProps) {
  const { id, seat, source, place, index, stream, speakerId, soundOn, ownId, isPlaying, report } = props
  const video = useRef<HTMLVideoElement>(null)
  const own = seat.personId === ownId
  const away = seat === props.layout.rival && seat.camera === null

  useEffect(() => {
    const element = video.current
    if (!element || element.srcObject === stream) return
    changeStream(element, stream, () => report(id, false))
    if (stream) element.play().catch(() => undefined) // who turned the sound on has tapped; without it, it is muted
  }, [stream])
  useEffect(() => {
    if (video.current) video.current.muted = own || !soundOn
  }, [own, soundOn])
  useEffect(() => () => report(id, false), [])

  return (
    <TileFrame
      {...{ seat, source, place, index, isPlaying }}
      isAway={away}
      isSpeaking={seat.personId === speakerId}
      isMirrored={own && source === 'camera' && props.mirrored}
    >
      {(measure) => (
        <video
          ref={video}
          class="tile__video"
          autoplay
          muted
          playsInline
          disablePictureInPicture
          onPlaying={() => report(id, true)}
          onEmptied={() => {
            if (!isHeld(video.current!)) report(id, false)
          }}
          onResize={measure}
        />
      )}
    </TileFrame>
  )
}
