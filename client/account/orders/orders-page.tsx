import { useSignal } from '@preact/signals'
import type { OrderGroup } from '@shelfcast/shared/api/orders.ts'
import { type Answer, call } from '../../kit/api.ts'
import { dateTime, money } from '../../kit/format.ts'
import { usePages } from '../../kit/load.ts'
import { Empty } from '../../kit/ui/empty.tsx'
import { LoadView, More } from '../../kit/ui/load-view.tsx'
import { Link } from '../navigate.tsx'
import { accountWords } from '../words.ts'
import { OrderPill } from './order-pill.tsx'

type Order = Answer<'GET /orders'>['items'][number]

const GROUPS = ['all', 'to_pay', 'under_way', 'done', 'closed'] as const satisfies readonly (
  | OrderGroup
  | 'all'
)[]

/** My orders, newest first, of all kinds or of one. */
export function OrdersPage() {
  const t = accountWords.value
  const group = useSignal<(typeof GROUPS)[number]>('all')
  const chosen = group.value
  const pages = usePages(
    (after, signal) =>
      call('GET /orders', { query: { after, ...(chosen === 'all' ? {} : { group: chosen }) }, signal }),
    [chosen],
  )
  return (
    <>
      <h1>{t.sections.orders}</h1>
      <fieldset class="groups">
        <legend class="visually-hidden">{t.orders.show}</legend>
        {GROUPS.map((one) => (
          <label key={one} class="groups__one">
            <input
              type="radio"
              name="group"
              value={one}
              checked={chosen === one}
              onChange={() => (group.value = one)}
            />
            <span>{t.orders.groups[one]}</span>
          </label>
        ))}
      </fieldset>
      <LoadView load={pages}>
        {(orders) =>
          orders.length === 0 ? (
            <Empty icon="receipt" title={chosen === 'all' ? t.orders.none : t.orders.noneOfGroup} />
          ) : (
            <ul class="list" data-testid="my-orders">
              {orders.map((order) => (
                <OrderRow key={order.id} order={order} />
              ))}
            </ul>
          )
        }
      </LoadView>
      <More pages={pages} />
    </>
  )
}

function OrderRow({ order }: { order: Order }) {
  const t = accountWords.value
  const pieces = order.lines.reduce((sum, line) => sum + line.quantity, 0)
  return (
    <li>
      <Link to={{ page: 'order', orderId: order.id }} class="box row">
        <span class="row__main">
          <strong>{order.lines.map((line) => line.title).join(', ')}</strong>
          <span class="soft">
            {dateTime(order.placedAt)} · {t.orders.pieces(pieces)}
          </span>
        </span>
        <span class="row__end">
          <strong class="numeric">{money(order.totalMinor, order.currency)}</strong>
          <OrderPill status={order.status} />
        </span>
      </Link>
    </li>
  )
}
