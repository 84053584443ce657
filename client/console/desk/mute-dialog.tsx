import { call } from '../../kit/api.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { useAction } from '../../kit/use-action.ts'
import { useDesk } from './context.ts'
import './mute-dialog.css'
import { deskWords } from './words.ts'

const MINUTES = [5, 10, 30, 60, 1440] as const

interface MuteDialogProps {
  person: { personId: string; name: string }
  onClose: () => void
}

/** For how long somebody may not chat in this room, or that they are to leave the shop's rooms for good. */
export function MuteDialog({ person: { personId, name }, onClose }: MuteDialogProps) {
  const desk = useDesk()
  const t = deskWords.value
  const muting = useAction()
  const mute = async (minutes: number) => {
    const done = await muting.run(() =>
      call('POST /tenants/:tenantId/shows/:showId/mutes', {
        params: { tenantId: desk.tenantId, showId: desk.show.id },
        body: { personId, minutes },
      }),
    )
    if (!done) return
    toast(minutes === 0 ? t.unmuted(name) : t.muted(name))
    onClose()
  }
  const ban = async () => {
    const done = await muting.run(() =>
      call('PUT /tenants/:tenantId/bans/:personId', { params: { tenantId: desk.tenantId, personId } }),
    )
    if (!done) return
    toast(t.banned(name))
    onClose()
  }
  return (
    <Sheet title={t.muteTitle(name)} onClose={onClose} shape="dialog">
      <div class="mute-choices">
        {MINUTES.map((minutes) => (
          <Button
            key={minutes}
            look="plain"
            onClick={() => void mute(minutes)}
            data-testid={`mute-minutes-${minutes}`}
          >
            {minutes === 60 ? t.muteHour : minutes === 1440 ? t.muteDay : t.muteMinutes(minutes)}
          </Button>
        ))}
        <Button look="danger" onClick={() => void ban()} data-testid="ban">
          {t.ban}
        </Button>
        <Button look="quiet" onClick={() => void mute(0)} data-testid="mute-minutes-0">
          {t.unmute}
        </Button>
      </div>
    </Sheet>
  )
}
