import { type Signal, useSignal } from '@preact/signals'
import { CHAT_LINES_PER_S, CHAT_LINES_PER_S_MAX } from '@shelfcast/shared/protocol/limits.ts'
import { call } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { useLoad } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Field, TextField } from '../../kit/ui/field.tsx'
import { LoadView } from '../../kit/ui/load-view.tsx'
import { PictureField } from '../pictures/picture-field.tsx'
import { keptOf } from '../pictures/shots.ts'
import { useShots } from '../pictures/use-shots.ts'
import { useShop } from '../shop.ts'
import { Form } from '../ui/form.tsx'
import { timeOf } from '../ui/local-time.ts'
import { consoleWords } from '../words.ts'
import './show-form.css'

/** What a merchant says of a show. */
export interface ShowText {
  title: string
  description: string
  /** As a datetime-local field holds it, in this device's time zone. */
  time: string
  /** As its field holds it; empty for as many as usual. */
  chatLinesPerS: string
  hostIds: readonly string[]
  cover: { id: string; url: string } | null
}

/** In the API's terms. */
export interface ShowBody {
  title: string
  description: string
  scheduledAt: number | null
  chatLinesPerS: number | null
  hostIds: string[]
  coverId: string | null
}

interface ShowFormProps {
  first: ShowText
  action: string
  save: (body: ShowBody) => Promise<void>
}

/** Title, description, time, hosts and cover of a new or a known show. */
export function ShowForm({ first, action, save }: ShowFormProps) {
  const t = consoleWords.value
  const text = useSignal(first)
  const cover = useShots(first.cover ? [{ ...first.cover, alt: '' }] : [], 1)
  const busy = useSignal(false)
  const failure = useSignal<string | null>(null)
  const set = (change: Partial<ShowText>) => {
    text.value = { ...text.value, ...change }
  }
  const submit = async () => {
    const { title, description, time, hostIds } = text.value
    const chatLinesPerS = text.value.chatLinesPerS === '' ? null : Number(text.value.chatLinesPerS)
    failure.value = hostIds.length === 0 ? t.noHost : null
    if (failure.value) return
    busy.value = true
    const coverId = keptOf(cover.list.value)[0]?.id ?? null
    try {
      const scheduledAt = timeOf(time)
      await save({ title, description, scheduledAt, chatLinesPerS, hostIds: [...hostIds], coverId })
    } catch (error) {
      failure.value = errorText(error)
      busy.value = false
    }
  }
  return (
    <Form onSubmit={submit} failure={failure.value}>
      <TextField
        label={t.showTitle}
        value={text.value.title}
        onValue={(title) => set({ title })}
        required
        maxLength={120}
        autofocus
        autocomplete="off"
        data-testid="show-title"
      />
      <Field label={t.showDescription} hint={t.showDescriptionHint}>
        {(control) => (
          <textarea
            {...control}
            rows={2}
            maxLength={1000}
            value={text.value.description}
            onInput={(event) => set({ description: event.currentTarget.value })}
          />
        )}
      </Field>
      <TextField
        label={t.showTime}
        hint={t.showTimeHint}
        type="datetime-local"
        value={text.value.time}
        onValue={(time) => set({ time })}
      />
      <TextField
        label={t.chatLinesPerS}
        hint={t.chatLinesPerSHint(CHAT_LINES_PER_S)}
        type="number"
        inputMode="numeric"
        min={1}
        max={CHAT_LINES_PER_S_MAX}
        step={1}
        value={text.value.chatLinesPerS}
        onValue={(chatLinesPerS) => set({ chatLinesPerS })}
        data-testid="show-chat-rate"
      />
      <Hosts text={text} />
      <section class="show-form__part">
        <h3>{t.cover}</h3>
        <PictureField shots={cover} max={1} />
      </section>
      <Button type="submit" wide busy={busy.value} disabled={cover.sending.value} data-testid="show-save">
        {action}
      </Button>
    </Form>
  )
}

/** Who of the members hosts it. */
function Hosts({ text }: { text: Signal<ShowText> }) {
  const { tenantId } = useShop()
  const t = consoleWords.value
  const load = useLoad(
    async (signal) => (await call('GET /tenants/:tenantId/hosts', { params: { tenantId }, signal })).items,
    [tenantId],
  )
  const { hostIds } = text.value
  const toggle = (personId: string, on: boolean) => {
    const others = hostIds.filter((id) => id !== personId)
    text.value = { ...text.value, hostIds: on ? [...others, personId] : others }
  }
  return (
    <fieldset class="show-form__hosts">
      <legend>{t.hosts}</legend>
      <LoadView load={load}>
        {(members) =>
          members.map((member) => (
            <label key={member.personId} class="show-form__host">
              <input
                type="checkbox"
                checked={hostIds.includes(member.personId)}
                data-testid={`host-${member.personId}`}
                onChange={(event) => toggle(member.personId, event.currentTarget.checked)}
              />
              {member.name} <span class="table__soft">{t.roles[member.role]}</span>
            </label>
          ))
        }
      </LoadView>
    </fieldset>
  )
}
