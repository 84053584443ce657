import { useSignal } from '@preact/signals'
import { call } from '../../kit/api.ts'
import { dateTime } from '../../kit/format.ts'
import { Button } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { useAction } from '../../kit/use-action.ts'
import { useShop } from '../shop.ts'
import { Panel } from '../ui/panel.tsx'
import type { WorkProps } from './order-page.tsx'
import { orderWords } from './words.ts'
import { workWords } from './work-words.ts'

/** What staff wrote about an order, and who looked at its address. */
export function NotesPanel({ order, onChanged }: WorkProps) {
  const t = workWords.value
  const may = useShop().may('orders:write')
  const text = useSignal('')
  const adding = useAction()
  const add = async (event: Event) => {
    event.preventDefault()
    const params = { tenantId: order.tenantId, orderId: order.id }
    const body = { text: text.value }
    const added = await adding.run(async () =>
      onChanged(await call('POST /tenants/:tenantId/orders/:orderId/notes', { params, body })),
    )
    if (added) text.value = ''
  }
  return (
    <Panel title={t.notes}>
      <div class="work">
        <ul class="work__list">
          {order.notes.map((note) => (
            <li key={note.id} class="work__item" data-testid="note">
              <div>
                <p>
                  {t.kinds[note.kind]} {note.text}
                </p>
                <p class="table__soft">
                  {t.by(note.by)} · <span class="numeric">{dateTime(note.at)}</span>
                </p>
              </div>
            </li>
          ))}
        </ul>
        {may && (
          <form class="work" onSubmit={(event) => void add(event)}>
            <TextField
              label={t.note}
              value={text.value}
              onValue={(value) => (text.value = value)}
              required
              maxLength={1000}
              autocomplete="off"
              data-testid="note-text"
            />
            <div class="work__actions">
              <Button type="submit" look="plain" busy={adding.busy.value} data-testid="add-note">
                {t.addNote}
              </Button>
            </div>
          </form>
        )}
      </div>
    </Panel>
  )
}

/** Every status that an order had, and who moved it. */
export function HistoryPanel({ order }: Pick<WorkProps, 'order'>) {
  const t = workWords.value
  const names: Record<string, string> = { system: t.system, payments: t.payments }
  return (
    <Panel title={t.history}>
      <ol class="work work__list">
        {order.history.map((step) => (
          <li key={`${step.to} ${step.at}`}>
            <p>
              <strong>{orderWords.value.statuses[step.to]}</strong> {step.reason}
            </p>
            <p class="table__soft">
              {t.by(names[step.by] ?? step.by)} · <span class="numeric">{dateTime(step.at)}</span>
            </p>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
