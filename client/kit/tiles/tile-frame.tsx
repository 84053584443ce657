import { useSignal } from '@preact/signals'
import type { Tile } from '@shelfcast/shared/layout.ts'
import type { SeatView } from '@shelfcast/shared/protocol/parts.ts'
import type { ComponentChildren } from 'preact'
import { Icon } from '../ui/icons.tsx'
import './tiles.css'
import '../ui/more-icons.tsx'
import { tileWords } from './words.ts'

export interface TileFrameProps {
  seat: SeatView
  source: Tile['source']
  place: Tile['place'] | 'hidden'
  /** Its number in the arrangement. */
  index: number
  isPlaying: boolean
  isSpeaking?: boolean | undefined
  isMirrored?: boolean | undefined
  /** Whose picture it is has none at the moment, and keeps the place. */
  isAway?: boolean | undefined
  /** A video element of the class `tile__video`, told to report its size. */
  children: (measure: (event: { currentTarget: HTMLVideoElement }) => void) => ComponentChildren
}

/** The box of one picture on a stage, where its layout puts it, and whose it is. */
export function TileFrame({ seat, source, place, index, isPlaying, children, ...is }: TileFrameProps) {
  const shape = useSignal<'wide' | 'tall'>('tall')
  const t = tileWords.value
  const named = place === 'equal' || place === 'inset'
  return (
    <figure
      class="tile"
      data-testid={`tile-${source}`}
      data-person={seat.personId}
      data-place={place}
      data-source={source}
      data-index={index}
      data-shape={shape.value}
      data-playing={isPlaying ? '' : undefined}
      data-speaking={named && source === 'camera' && is.isSpeaking ? '' : undefined}
      data-away={is.isAway ? '' : undefined}
      data-mirrored={is.isMirrored ? '' : undefined}
      aria-hidden={place === 'hidden'}
      aria-label={source === 'screen' ? t.screenOf(seat.name) : seat.name}
    >
      {children(({ currentTarget: { videoWidth, videoHeight } }) => {
        shape.value = videoWidth >= videoHeight ? 'wide' : 'tall'
      })}
      {is.isAway && (
        <p class="tile__away">
          <Icon name="clock" size={22} />
          {t.away}
        </p>
      )}
      {named && (
        <figcaption class="tile__name">
          {seat.muted && !is.isAway && (
            <span role="img" aria-label={t.muted}>
              <Icon name="micOff" size={14} />
            </span>
          )}
          <span class="tile__words">{seat.name}</span>
        </figcaption>
      )}
    </figure>
  )
}
