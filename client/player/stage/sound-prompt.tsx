import { dictionary } from '../../kit/i18n.ts'
import { Icon } from '../../kit/ui/icons.tsx'
import { usePlayer } from '../context.ts'
import './sound-prompt.css'

const words = dictionary({
  en: { tapForSound: 'Tap for sound', tapToPlay: 'Tap to play' },
  'zh-CN': { tapForSound: '点击打开声音', tapToPlay: '点击播放' },
})

/** Browsers start a video only muted: the first tap turns the sound on, or starts what was not allowed to start. */
export default function SoundPrompt() {
  const player = usePlayer()
  const t = words.value
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
