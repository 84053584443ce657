import { Button } from '../../kit/ui/button.tsx'
import { Icon, type IconName } from '../../kit/ui/icons.tsx'
import { Spinner } from '../../kit/ui/spinner.tsx'
import { consoleWords } from '../words.ts'
import { useDesk } from './context.ts'
import type { Desk } from './desk.ts'
import { deskWords } from './words.ts'

interface Look {
  /** Null turns a wheel: something is being done about it. */
  icon: IconName | null
  title: string
  text?: string
  action?: { label: string; run: () => void }
}

/** Says why there is no picture; nothing while frames run. */
export function PictureFace({ onPlay }: { onPlay: () => void }) {
  const desk = useDesk()
  const look = showLook(desk) ?? videoLook(desk, onPlay)
  if (!look) return null
  return (
    <div class="desk-picture__face" role="status" data-testid="desk-face">
      {look.icon ? <Icon name={look.icon} size={28} /> : <Spinner size={28} />}
      <p class="desk-picture__title">{look.title}</p>
      {look.text && <p>{look.text}</p>}
      {look.action && (
        <Button look="plain" size="small" onClick={look.action.run}>
          {look.action.label}
        </Button>
      )}
    </div>
  )
}

/** What the show itself says against a picture. */
function showLook({ status, room }: Desk): Look | null {
  const t = deskWords.value
  switch (status.value) {
    case 'ended':
      return { icon: 'check', title: t.faceEnded }
    case 'scheduled':
      return { icon: 'clock', title: t.faceScheduled, text: t.faceScheduledText }
    case 'paused':
      return room.state.value?.show.hostAway
        ? { icon: null, title: t.faceAway }
        : { icon: 'clock', title: t.facePaused }
    case 'live':
      return null
  }
}

function videoLook({ room: { video } }: Desk, onPlay: () => void): Look | null {
  const t = deskWords.value
  switch (video.status.value) {
    case 'playing':
      return null
    case 'idle':
    case 'connecting':
      return { icon: null, title: t.faceConnecting }
    case 'waiting':
      return { icon: null, title: t.faceWaiting }
    case 'blocked':
      return { icon: 'camera', title: t.picture, action: { label: t.facePlay, run: onPlay } }
    case 'trouble':
      return {
        icon: 'wifiOff',
        title: t.faceTrouble,
        action: { label: consoleWords.value.tryAgain, run: () => video.restart() },
      }
    case 'unsupported':
      return { icon: 'cameraOff', title: t.faceUnsupported }
  }
}
