import { useSignal } from '@preact/signals'
import { SCRIPT_LENGTH_MAX } from '@shelfcast/shared/api/shows.ts'
import { call } from '../../kit/api.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Field } from '../../kit/ui/field.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { useAction } from '../../kit/use-action.ts'
import { useStudio } from '../live/context.ts'
import { prompterWords } from './words.ts'

/** Where the host writes what to say, and says whether keys steer the teleprompter. */
export function ScriptDialog(props: {
  item: { id: string; title: string }
  script: string
  onSaved: (script: string) => void
  onClose: () => void
}) {
  const { tenantId, showId, prompter } = useStudio()
  const t = prompterWords.value
  const script = useSignal(props.script)
  const { busy, run } = useAction()
  const save = () =>
    run(async () => {
      const answer = await call('PUT /tenants/:tenantId/shows/:showId/shelf/:itemId/script', {
        params: { tenantId, showId, itemId: props.item.id },
        body: { script: script.value },
      })
      props.onSaved(answer.script)
      props.onClose()
    })
  return (
    <Sheet
      title={t.script(props.item.title)}
      onClose={props.onClose}
      shape="dialog"
      testId="script-dialog"
      foot={
        <Button wide busy={busy.value} data-testid="save-script" onClick={save}>
          {t.save}
        </Button>
      }
    >
      <Field label={t.label} hint={t.hint}>
        {(control) => (
          <textarea
            {...control}
            rows={8}
            maxLength={SCRIPT_LENGTH_MAX}
            value={script.value}
            data-testid="script"
            onInput={(event) => {
              script.value = event.currentTarget.value
            }}
          />
        )}
      </Field>
      <label class="prompter-keys">
        <input
          type="checkbox"
          checked={prompter.settings.value.keys}
          onChange={(event) => prompter.change({ keys: event.currentTarget.checked })}
        />
        {t.keys}
      </label>
    </Sheet>
  )
}
