import { useSignal } from '@preact/signals'
import { call } from '../../kit/api.ts'
import { useLoad } from '../../kit/load.ts'
import { Field } from '../../kit/ui/field.tsx'
import { LoadView } from '../../kit/ui/load-view.tsx'
import { Panel } from '../ui/panel.tsx'
import { CodeBlock } from './code-block.tsx'
import { frameSnippet, scriptSnippet } from './snippet.ts'
import { settingsWords } from './words.ts'

const SHOWS_MAX = 50

/** The lines that put a show's player into a page. */
export function EmbedPanel({ tenantId }: { tenantId: string }) {
  const t = settingsWords.value
  const chosen = useSignal<string | null>(null)
  const load = useLoad(
    async (signal) => {
      const query = { limit: SHOWS_MAX }
      return (await call('GET /tenants/:tenantId/shows', { params: { tenantId }, query, signal })).items
    },
    [tenantId],
  )
  return (
    <Panel title={t.embed}>
      <div class="settings__body">
        <LoadView load={load}>
          {(shows) => {
            const show = shows.find((one) => one.id === chosen.value) ?? shows[0]
            if (!show) return <p class="settings__text">{t.noShows}</p>
            return (
              <>
                <Field label={t.embedShow}>
                  {(control) => (
                    <select
                      {...control}
                      value={show.id}
                      onChange={(event) => (chosen.value = event.currentTarget.value)}
                    >
                      {shows.map((one) => (
                        <option key={one.id} value={one.id}>
                          {one.title}
                        </option>
                      ))}
                    </select>
                  )}
                </Field>
                <CodeBlock
                  label={t.embedScript}
                  code={scriptSnippet(location.origin, show.id)}
                  testId="script-snippet"
                />
                <CodeBlock
                  label={t.embedFrame}
                  code={frameSnippet(location.origin, show.id, show.title)}
                  testId="frame-snippet"
                />
              </>
            )
          }}
        </LoadView>
      </div>
    </Panel>
  )
}
