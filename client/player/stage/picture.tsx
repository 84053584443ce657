import { useComputed, useSignal, useSignalEffect } from '@preact/signals'
import type { StageLayout } from '@shelfcast/shared/protocol/parts.ts'
import { useEffect, useRef } from 'preact/hooks'
import { usePlayer } from '../context.ts'
import { hls, seats } from '../parts.ts'
import { playerWords } from '../words.ts'
import './picture.css'
import { fitOf } from './fit.ts'

/** The live video. It starts muted, which browsers allow without a tap. */
export function Picture() {
  const player = usePlayer()
  const video = useRef<HTMLVideoElement>(null)
  const ambient = useRef<HTMLCanvasElement>(null)
  const changeStream = useRef<typeof import('./after-first.ts').changeStream>(null)
  const fit = useSignal<'cover' | 'contain'>('cover')
  /** Once there were several pictures, their code draws one alone as well: nothing flickers when a host leaves. */
  const several = useRef(false)
  const hasSeveral = useComputed(() => severalPictures(player.state.room.value?.layout))

  useSignalEffect(() => {
    const element = video.current
    const stream = player.video.stream.value
    if (!element || element.srcObject === stream) return
    if (changeStream.current) changeStream.current(element, stream)
    else element.srcObject = stream
    if (stream) element.play().catch(() => player.video.report('blocked'))
  })
  useSignalEffect(() => {
    const soundOn = player.state.soundOn.value
    const element = video.current
    if (!element) return
    // Several pictures are heard in places of their own, and so is sound without a picture.
    const isElsewhere =
      player.state.seatsShown.value ||
      player.video.quality.value === 'sound' ||
      player.video.substitute?.on.value
    element.muted = !soundOn || !!isElsewhere
    // Runs inside the tap that turned the sound on, which is what allows a blocked video to start.
    if (soundOn && element.srcObject) element.play().catch(() => undefined)
  })
  useEffect(() => {
    const element = video.current!
    const frame = element.parentElement!
    const measure = () => {
      fit.value = fitOf(element, frame)
    }
    element.addEventListener('resize', measure)
    const sized = new ResizeObserver(measure)
    sized.observe(frame)
    let stopAmbient = () => {}
    import('./after-first.ts').then(
      (code) => {
        changeStream.current = code.changeStream
        stopAmbient = code.paintAmbient(element, ambient.current!)
      },
      () => {}, // it is seen without
    )
    return () => {
      element.removeEventListener('resize', measure)
      sized.disconnect()
      stopAmbient()
    }
  }, [])

  const like = () => player.like()
  if (hasSeveral.value) several.current = true
  return (
    <div class="picture" data-fit={fit.value}>
      <canvas ref={ambient} class="picture__ambient" width={16} height={28} />
      <video
        ref={video}
        class="picture__video"
        data-testid="video"
        aria-label={playerWords.value.video}
        autoplay
        muted
        playsInline
        disablePictureInPicture
        onPlaying={() => player.video.report('playing')}
        onDblClick={like}
      />
      {several.current && <seats.View />}
      {player.video.substitute?.playlist.value && <hls.View />}
    </div>
  )
}

const severalPictures = (layout: StageLayout | null | undefined): boolean =>
  !!layout && !!(layout.rival ?? layout.seats[1] ?? layout.seats[0]?.screen)
