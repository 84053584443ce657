import { useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { holdBack } from '../../kit/room/hold-back.ts'
import { usePlayer } from '../context.ts'
import { fitOf } from '../stage/fit.ts'
import { playerWords } from '../words.ts'
import './hls-picture.css'
import { playLive } from './source.ts'
import { hlsWords } from './words.ts'

/** The live picture by low-latency HLS: some seconds behind, which it says. */
export default function HlsPicture() {
  const { video, state, like, serverNow, listenBy } = usePlayer()
  const substitute = video.substitute!
  const element = useRef<HTMLVideoElement>(null)
  const fit = useSignal<'cover' | 'contain'>('contain')
  const url = substitute.playlist.value
  useEffect(() => listenBy((room) => holdBack(room, () => state.pictureAt.value?.() ?? null)), [])
  useEffect(() => {
    if (url === null) return
    const source = playLive(element.current!, url, {
      failed: () => substitute.report('failed'),
      blocked: () => substitute.report('blocked'),
    })
    state.pictureAt.value = source.pictureAt
    return () => {
      state.pictureAt.value = null
      source.close()
    }
  }, [url])
  useSignalEffect(() => {
    const soundOn = state.soundOn.value
    if (!element.current) return
    element.current.muted = !soundOn
    // Runs inside the tap that turned the sound on, which is what allows a blocked video to start.
    if (soundOn) element.current.play().catch(() => undefined)
  })
  const playing = substitute.status.value === 'playing'
  return (
    <div class="hls" data-testid="hls" data-fit={fit.value} data-playing={playing ? '' : undefined}>
      <video
        ref={element}
        class="hls__video"
        data-testid="hls-video"
        aria-label={playerWords.value.video}
        autoplay
        muted
        playsInline
        onPlaying={() => substitute.report('playing')}
        onTimeUpdate={({ currentTarget }) => {
          fit.value = fitOf(currentTarget, currentTarget.parentElement!)
          const at = state.pictureAt.value?.()
          if (at) currentTarget.dataset.behindMs = String(Math.round(serverNow() - at))
        }}
        onDblClick={like}
      />
      {playing && (
        <p class="hls__note" role="status" data-testid="hls-note">
          {hlsWords.value.behind}
        </p>
      )}
    </div>
  )
}
