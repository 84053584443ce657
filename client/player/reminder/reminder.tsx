import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { call } from '../../kit/api.ts'
import { Button } from '../../kit/ui/button.tsx'
import { useAction } from '../../kit/use-action.ts'
import { usePlayer } from '../context.ts'
import './reminder.css'
import { reminderWords } from './words.ts'

/** Under the face of a show that has not begun: a mail when it does, or an entry in a calendar. */
export default function Reminder() {
  const player = usePlayer()
  const { visit, room, sheet } = player.state
  const t = reminderWords.value
  const on = useSignal(false)
  const possible = useSignal(true)
  const doing = useAction()
  const guest = visit.value?.person.guest ?? true
  const params = { showId: player.showId }
  useEffect(() => {
    if (guest) return
    call('GET /shows/:showId/reminder', { params }).then(
      (state) => {
        on.value = state.on
        possible.value = state.possible
      },
      () => undefined, // pressing the button tells
    )
  }, [guest])

  const change = () => {
    if (guest) {
      sheet.value = { kind: 'sign-in', returnTo: null }
      return
    }
    void doing.run(async () => {
      const state = on.peek()
        ? await call('DELETE /shows/:showId/reminder', { params })
        : await call('POST /shows/:showId/reminder', { params, body: {} })
      on.value = state.on
    })
  }
  return (
    <div class="reminder">
      {on.value && <p class="face__text">{t.on}</p>}
      {possible.value && (
        <Button look="plain" icon="clock" busy={doing.busy.value} onClick={change} data-testid="remind">
          {on.value ? t.takeBack : t.remind}
        </Button>
      )}
      {room.value?.show.scheduledAt && (
        <a class="reminder__calendar" href={`/s/${encodeURIComponent(player.showId)}/calendar.ics`} download>
          {t.calendar}
        </a>
      )}
    </div>
  )
}
