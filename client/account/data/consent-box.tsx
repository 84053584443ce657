import { call } from '../../kit/api.ts'
import { useLoad } from '../../kit/load.ts'
import { LoadView } from '../../kit/ui/load-view.tsx'
import { useAction } from '../../kit/use-action.ts'
import { accountWords } from '../words.ts'

/** Whether what one does in shows is kept; without an answer nothing is. */
export function ConsentBox() {
  const t = accountWords.value.data
  const load = useLoad((signal) => call('GET /consent', { signal }), [])
  const saving = useAction()
  const change = (facts: boolean) =>
    saving.run(async () => load.set(await call('PUT /consent', { body: { facts } })))
  return (
    <section class="box" aria-labelledby="data-consent">
      <h2 id="data-consent">{t.consentTitle}</h2>
      <p>{t.consentText}</p>
      <LoadView load={load}>
        {(consent) => (
          <label class="check">
            <input
              type="checkbox"
              checked={consent.facts === true}
              disabled={saving.busy.value}
              onChange={(event) => void change(event.currentTarget.checked)}
              data-testid="consent"
            />
            {t.consent}
          </label>
        )}
      </LoadView>
    </section>
  )
}
