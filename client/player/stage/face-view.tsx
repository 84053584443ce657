import { dateTime } from '../../kit/format.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Icon, type IconName } from '../../kit/ui/icons.tsx'
import { Spinner } from '../../kit/ui/spinner.tsx'
import { usePlayer } from '../context.ts'
import type { Face } from '../face.ts'
import { reminder } from '../parts.ts'
import type { Player } from '../player.ts'
import { useCodeText } from '../use-code-text.ts'
import { playerWords } from '../words.ts'
import './face-view.css'

interface Look {
  /** Null turns a wheel: something is being done about it. */
  icon: IconName | null
  title: string
  text?: string
  action?: { label: string; run: () => void }
}

/** Says why there is no picture, and what will happen or can be done. */
export function FaceView({ face }: { face: Face }) {
  const player = usePlayer()
  const look = lookOf(face, player)
  const refusal = useCodeText(face === 'refused' ? player.state.refusal.value : null)
  const text = look.text ?? refusal
  return (
    <div class="face" data-testid="face" data-face={face} role="status">
      <div class="face__mark">{look.icon ? <Icon name={look.icon} size={34} /> : <Spinner size={34} />}</div>
      <p class="face__title">{look.title}</p>
      {text && <p class="face__text">{text}</p>}
      {look.action && (
        <Button look="plain" onClick={look.action.run}>
          {look.action.label}
        </Button>
      )}
      {face === 'scheduled' && <reminder.View />}
    </div>
  )
}

function lookOf(face: Face, player: Player): Look {
  const t = playerWords.value
  const again = { label: t.retry, run: player.retry }
  const reload = { label: t.reload, run: () => location.reload() }
  switch (face) {
    case 'loading':
      return { icon: null, title: t.faceLoading }
    case 'unknown':
      return { icon: 'search', title: t.faceUnknown, text: t.faceUnknownText }
    case 'unsupported':
      return { icon: 'cameraOff', title: t.faceUnsupported, text: t.faceUnsupportedText }
    case 'refused':
      return { icon: 'alert', title: t.faceRefused, action: reload }
    case 'offline':
      return { icon: 'wifiOff', title: t.faceOffline, text: t.faceOfflineText, action: reload }
    case 'full':
      return { icon: null, title: t.faceFull, text: t.faceFullText }
    case 'scheduled':
      return { icon: 'clock', title: scheduledTitle(player), text: t.faceScheduledText }
    case 'away':
      return { icon: null, title: t.faceAway, text: t.faceAwayText }
    case 'paused':
      return { icon: 'clock', title: t.facePaused, text: t.faceAwayText }
    case 'ended':
      return { icon: 'check', title: t.faceEnded, text: t.faceEndedText }
    case 'connecting':
      return { icon: null, title: t.faceConnecting }
    case 'waiting':
      return { icon: null, title: t.faceWaiting }
    case 'trouble':
      return { icon: 'wifiOff', title: t.faceTrouble, text: t.faceTroubleText, action: again }
  }
}

function scheduledTitle(player: Player): string {
  const at = player.state.room.value?.show.scheduledAt ?? null
  const t = playerWords.value
  return at !== null && at > player.serverNow() ? t.faceScheduledAt(dateTime(at)) : t.faceScheduled
}
