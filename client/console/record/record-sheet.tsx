import { useSignal } from '@preact/signals'
import type { ShowEvent, ShowEventType } from '@shelfcast/shared/api/show-record.ts'
import type { ShowView } from '@shelfcast/shared/api/shows.ts'
import { call } from '../../kit/api.ts'
import { exactTime } from '../../kit/format.ts'
import { usePages } from '../../kit/load.ts'
import { Empty } from '../../kit/ui/empty.tsx'
import { LoadView, More } from '../../kit/ui/load-view.tsx'
import { SelectField } from '../../kit/ui/select-field.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { useShop } from '../shop.ts'
import '../ui/table.css'
import { eventText } from './event-text.ts'
import './record-sheet.css'
import { recordWords } from './words.ts'

/** All that viewers were told of a show, for whoever has to know afterwards what was said when. */
export function RecordSheet({ show, onClose }: { show: ShowView; onClose: () => void }) {
  const { tenantId } = useShop()
  const t = recordWords.value
  const filter = useSignal<ShowEventType | 'all'>('all')
  const type = filter.value === 'all' ? undefined : filter.value
  const words = { all: t.all, ...t.types }
  const pages = usePages(
    (after, signal) =>
      call('GET /tenants/:tenantId/shows/:showId/log', {
        params: { tenantId, showId: show.id },
        query: { after, type },
        signal,
      }),
    [tenantId, show.id, type],
  )
  return (
    <Sheet title={t.recordOf(show.title)} onClose={onClose} shape="dialog" testId="record-sheet">
      <p class="record__about">{t.about}</p>
      <SelectField
        label={t.filter}
        value={filter.value}
        of={Object.keys(words) as (keyof typeof words)[]}
        words={words}
        onValue={(value) => (filter.value = value)}
        testId="record-filter"
      />
      <LoadView load={pages}>
        {(events) =>
          events.length === 0 ? (
            <Empty icon="receipt" title={type === undefined ? t.none : t.noneOfType} text={t.noneText} />
          ) : (
            <Events events={events} />
          )
        }
      </LoadView>
      <More pages={pages} />
    </Sheet>
  )
}

function Events({ events }: { events: readonly ShowEvent[] }) {
  const { currency } = useShop()
  const t = recordWords.value
  return (
    <table class="table table--list record__rows">
      <thead>
        <tr>
          <th scope="col">{t.time}</th>
          <th scope="col">{t.what}</th>
          <th scope="col" class="table__end">
            {t.place}
          </th>
        </tr>
      </thead>
      <tbody>
        {events.map((one) => (
          <tr key={one.id} data-testid="record-row" data-type={one.type}>
            <td class="numeric table__soft">{exactTime(one.at)}</td>
            <td class="table__main">
              <details class="record__details">
                <summary>{eventText(one, currency)}</summary>
                {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
                <section class="record__event" aria-label={t.details} tabIndex={0}>
                  <pre>{JSON.stringify(one.event, null, 2)}</pre>
                </section>
              </details>
            </td>
            <td class="table__end numeric table__soft">{one.id}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
