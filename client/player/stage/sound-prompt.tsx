import { Icon } from '../../kit/ui/icons.tsx'
import { usePlayer } from '../context.ts'
import { playerWords } from '../words.ts'
import './sound-prompt.css'

/** Browsers start a video only muted: the first tap turns the sound on, or starts what was not allowed to start. */
export function SoundPrompt() {
  const player = usePlayer()
  const t = playerWords.value
  const status = player.video.status.value
  const { soundOn } = player.state
  if (player.face.value || (status === 'playing' && soundOn.value)) return null
  if (status !== 'playing' && status !== 'blocked') return null

  return (
    <button type="button" class="sound-prompt" onClick={() => (soundOn.value = true)} data-testid="unmute">
      <Icon name={status === 'blocked' ? 'chevron' : 'speakerOff'} size={18} />
      {status === 'blocked' ? t.tapToPlay : t.tapForSound}
    </button>
  )
}
