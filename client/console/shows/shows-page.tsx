import { useSignal } from '@preact/signals'
import type { ShowView } from '@shelfcast/shared/api/shows.ts'
import { call } from '../../kit/api.ts'
import { usePages } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Empty } from '../../kit/ui/empty.tsx'
import { LoadView, More } from '../../kit/ui/load-view.tsx'
import { RecordSheet } from '../record/record-sheet.tsx'
import { RecordingSheet } from '../recordings/recording-sheet.tsx'
import { useShop } from '../shop.ts'
import { PageHead } from '../ui/page-head.tsx'
import '../ui/table.css'
import { consoleWords } from '../words.ts'
import { EditShow } from './edit-show.tsx'
import { NewShow } from './new-show.tsx'
import { ShowRow } from './show-row.tsx'

/** Every show of the merchant, newest first. */
export function ShowsPage() {
  const shop = useShop()
  const t = consoleWords.value
  const creating = useSignal(false)
  const editing = useSignal<ShowView | null>(null)
  const recorded = useSignal<ShowView | null>(null)
  const told = useSignal<ShowView | null>(null)
  const { tenantId } = shop
  const pages = usePages(
    (after, signal) =>
      call('GET /tenants/:tenantId/shows', { params: { tenantId }, query: { after }, signal }),
    [tenantId],
  )
  const create = shop.may('shows:write') && (
    <Button icon="plus" onClick={() => (creating.value = true)} data-testid="new-show">
      {t.newShow}
    </Button>
  )
  return (
    <>
      <PageHead title={t.shows}>{create}</PageHead>
      <LoadView load={pages}>
        {(shows) =>
          shows.length === 0 ? (
            <div class="card">
              <Empty icon="camera" title={t.noShows} text={t.noShowsText}>
                {create}
              </Empty>
            </div>
          ) : (
            <div class="card table-card">
              <table class="table table--list">
                <thead>
                  <tr>
                    <th scope="col">{t.showTitle}</th>
                    <th scope="col">{t.status}</th>
                    <th scope="col">{t.when}</th>
                    <th scope="col">{t.hosts}</th>
                    <th scope="col" class="table__end">
                      {t.actions}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {shows.map((show) => (
                    <ShowRow
                      key={show.id}
                      show={show}
                      onEdit={() => (editing.value = show)}
                      onRecording={() => (recorded.value = show)}
                      onRecord={() => (told.value = show)}
                    />
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </LoadView>
      <More pages={pages} />
      {editing.value && (
        <EditShow
          show={editing.value}
          onClose={() => (editing.value = null)}
          onChanged={(changed) => {
            const state = pages.state.peek()
            if (state.is !== 'ready') return
            pages.set(state.value.map((one) => (one.id === changed.id ? changed : one)))
          }}
        />
      )}
      {recorded.value && <RecordingSheet show={recorded.value} onClose={() => (recorded.value = null)} />}
      {told.value && <RecordSheet show={told.value} onClose={() => (told.value = null)} />}
      {creating.value && <NewShow onClose={() => (creating.value = false)} />}
    </>
  )
}
