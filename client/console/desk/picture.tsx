import { useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { BattleBoard } from '../../kit/battle/battle-board.tsx'
import { IconButton } from '../../kit/ui/button.tsx'
import { changeStream } from '../../kit/watch/change-stream.ts'
import { useDesk } from './context.ts'
import './picture.css'
import { PictureFace } from './picture-face.tsx'
import { deskWords } from './words.ts'

/** The picture as viewers get it: the same path through the server, only smaller and without what flies over it. */
export function Picture() {
  const { room } = useDesk()
  const t = deskWords.value
  const element = useRef<HTMLVideoElement>(null)
  const soundOn = useSignal(false)

  useSignalEffect(() => {
    const video = element.current
    const stream = room.video.stream.value
    if (!video || video.srcObject === stream) return
    changeStream(video, stream)
    if (stream) video.play().catch(() => room.video.report('blocked'))
  })
  useEffect(() => {
    if (element.current) element.current.muted = !soundOn.value
  }, [soundOn.value])

  return (
    <section class="desk-picture" aria-label={t.picture}>
      <video
        ref={element}
        class="desk-picture__video"
        data-testid="desk-video"
        aria-label={t.video}
        autoplay
        muted
        playsInline
        onPlaying={() => room.video.report('playing')}
      />
      <Battle />
      <PictureFace onPlay={() => void element.current?.play()} />
      {room.video.status.value === 'playing' && (
        <IconButton
          class="desk-picture__sound"
          icon={soundOn.value ? 'speaker' : 'speakerOff'}
          label={soundOn.value ? t.soundOff : t.soundOn}
          onClick={() => (soundOn.value = !soundOn.value)}
        />
      )}
    </section>
  )
}

/** How the battle with another show stands, above the picture of one's own. */
function Battle() {
  const { room } = useDesk()
  const { battle, score = null } = room.state.value ?? {}
  if (!battle) return null
  return (
    <div class="desk-picture__battle" data-theme="dark">
      <BattleBoard
        battle={battle}
        score={score}
        now={battle.status === 'running' ? room.now.value : battle.endsAt}
      />
    </div>
  )
}
