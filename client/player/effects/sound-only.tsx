import { useEffect, useRef } from 'preact/hooks'
import { Button } from '../../kit/ui/button.tsx'
import { Icon } from '../../kit/ui/icons.tsx'
import { usePlayer } from '../context.ts'
import { Cover } from '../stage/cover.tsx'
import './sound-only.css'
import { effectWords } from './words.ts'

/** The show for the ear: no picture is sent, and its cover stands where it was. */
export function SoundOnly() {
  const { video, state, face } = usePlayer()
  if (video.quality.value !== 'sound' || video.substitute?.on.value) return null
  const t = effectWords.value
  const covered = face.value === null
  return (
    <>
      {covered && (
        <div class="sound-only">
          <Cover />
        </div>
      )}
      {covered && (
        <div class="face" data-testid="sound-only" role="status">
          <div class="face__mark">
            <Icon name="speaker" size={34} />
          </div>
          <p class="face__title">{t.soundOnly}</p>
          <p class="face__text">{t.soundOnlyText}</p>
          <Button look="plain" data-testid="show-picture" onClick={() => video.prefer('auto')}>
            {t.showPicture}
          </Button>
        </div>
      )}
      {[...video.streams.value].map(([id, stream]) => (
        <Voice
          key={id}
          stream={stream}
          muted={!state.soundOn.value}
          onPlaying={() => video.report('playing')}
        />
      ))}
    </>
  )
}

/** A video element waits for a first frame, which does not come: the sound has an element of its own. */
function Voice({ stream, muted, onPlaying }: { stream: MediaStream; muted: boolean; onPlaying: () => void }) {
  const audio = useRef<HTMLAudioElement>(null)
  const tracks = stream.getAudioTracks()
  useEffect(() => {
    const element = audio.current!
    element.srcObject = tracks.length > 0 ? new MediaStream(tracks) : null
    if (tracks.length > 0) element.play().catch(() => undefined) // who turned the sound on has tapped
  }, [stream, tracks.map(({ id }) => id).join(' ')]) // a new session names its tracks as the one before did
  return <audio ref={audio} muted={muted} onPlaying={onPlaying} />
}
