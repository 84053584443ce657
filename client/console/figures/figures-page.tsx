import { useEffect } from 'preact/hooks'
import { type Answer, call } from '../../kit/api.ts'
import { clockText, money, shortCount, timeOfDay } from '../../kit/format.ts'
import { useLoad } from '../../kit/load.ts'
import { Empty } from '../../kit/ui/empty.tsx'
import { LoadView } from '../../kit/ui/load-view.tsx'
import { useShop } from '../shop.ts'
import { Link } from '../ui/link.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { Panel } from '../ui/panel.tsx'
import './figures-page.css'
import { ProductFunnel } from './product-funnel.tsx'
import { SourceTable } from './source-table.tsx'
import { figureWords } from './words.ts'

export type Figures = Answer<'GET /tenants/:tenantId/shows/:showId/figures'>

const REFRESH_MS = 10_000

/** What a show did today, by this browser's clock and time zone. */
export function FiguresPage({ showId }: { showId: string }) {
  const { tenantId } = useShop()
  const params = { tenantId, showId }
  const t = figureWords.value
  const load = useLoad(
    async (signal) => {
      const [show, figures] = await Promise.all([
        call('GET /tenants/:tenantId/shows/:showId', { params, signal }),
        call('GET /tenants/:tenantId/shows/:showId/figures', { params, query: { from: midnight() }, signal }),
      ])
      return { show, figures }
    },
    [tenantId, showId],
  )
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') load.reload()
    }, REFRESH_MS)
    return () => clearInterval(timer)
  }, [load])
  return (
    <LoadView load={load}>
      {({ show, figures }) => (
        <>
          <PageHead title={`${show.title} · ${t.today}`}>
            <Link to={{ page: 'desk', ...params }} class="button button--plain">
              {t.toDesk}
            </Link>
          </PageHead>
          <div class="figures" data-testid="figures">
            <p class="figures__note">{t.since(timeOfDay(figures.from))}</p>
            {isEmpty(figures) ? (
              <div class="card">
                <Empty icon="eye" title={t.empty} text={t.emptyText} />
              </div>
            ) : (
              <Today figures={figures} />
            )}
            <p class="figures__note">{t.counted}</p>
          </div>
        </>
      )}
    </LoadView>
  )
}

const midnight = (): number => new Date().setHours(0, 0, 0, 0)

const isEmpty = ({ viewers, comments, orders, money: sums, products }: Figures): boolean =>
  viewers + comments + orders + (sums?.tips ?? 0) + (sums?.refundedMinor ?? 0) + products.length === 0

function Today({ figures }: { figures: Figures }) {
  const t = figureWords.value
  const { money: sums, currency } = figures
  return (
    <>
      <Panel title={t.audience}>
        <dl class="figures__row">
          <Big label={t.viewers} value={shortCount(figures.viewers)} id="viewers" />
          <Big label={t.dwell} value={clockText(figures.dwellMsMedian)} id="dwell" />
          <Big label={t.likes} value={shortCount(figures.likes)} id="likes" />
          <Big label={t.comments} value={shortCount(figures.comments)} id="comments" />
          {sums && <Big label={t.tips} value={t.coins(shortCount(sums.tipCoins))} id="tips" />}
        </dl>
      </Panel>
      <Panel title={t.sales}>
        <dl class="figures__row">
          <Big label={t.opened} value={shortCount(figures.opened)} id="opened" />
          <Big label={t.bagged} value={shortCount(figures.bagged)} id="bagged" />
          <Big label={t.orders} value={shortCount(figures.orders)} id="orders" />
          <Big label={t.paidOrders} value={shortCount(figures.paidOrders)} id="paid-orders" />
          {sums && (
            <>
              <Big label={t.gmv} value={money(sums.gmvMinor, currency)} id="gmv" />
              <Big label={t.paid} value={money(sums.paidMinor, currency)} id="paid" />
              <Big label={t.refunded} value={money(sums.refundedMinor, currency)} id="refunded" />
            </>
          )}
        </dl>
      </Panel>
      <ProductFunnel products={figures.products} />
      <SourceTable sources={figures.sources} />
    </>
  )
}

function Big({ label, value, id }: { label: string; value: string; id: string }) {
  return (
    <div class="figures__one">
      <dt class="figures__label">{label}</dt>
      <dd class="figures__value numeric" data-testid={`figure-${id}`}>
        {value}
      </dd>
    </div>
  )
}
