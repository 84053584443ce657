import { type Answer, call } from '../../kit/api.ts'
import { dateTime, shortCount } from '../../kit/format.ts'
import { useLoad } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { LoadView } from '../../kit/ui/load-view.tsx'
import { Panel } from '../ui/panel.tsx'
import { operatorWords } from './words.ts'

type Report = Answer<'GET /stock-gate'>

/** Whether Redis stands before Postgres for orders, since when, and what of it had to be set right. */
export function StockGate() {
  const t = operatorWords.value
  const load = useLoad((signal) => call('GET /stock-gate', { signal }), [])
  return (
    <Panel
      title={t.stockGate}
      actions={
        <Button look="quiet" size="small" onClick={load.reload} data-testid="stock-gate-reload">
          {t.lookAgain}
        </Button>
      }
    >
      <LoadView load={load}>{(report) => <Gate report={report} />}</LoadView>
    </Panel>
  )
}

function Gate({ report: { gates, loaded, repaired, last } }: { report: Report }) {
  const t = operatorWords.value
  const closed = gates.filter(({ open }) => !open).length
  const sum = (read: (gate: Report['gates'][number]) => number) =>
    gates.reduce((total, gate) => total + read(gate), 0)
  const since = Math.max(0, ...gates.map(({ epochSince }) => epochSince ?? 0))
  return (
    <div class="settings__body" data-testid="stock-gate" data-open={closed === 0 && gates.length > 0}>
      <p>
        <strong>{closed === 0 ? t.gateOpen(gates.length) : t.gateClosed(closed, gates.length)}</strong>
      </p>
      <ul class="settings__text settings__detail">
        {since > 0 && <li>{t.epochSince(dateTime(since))}</li>}
        <li>{t.epochChanges(shortCount(sum((gate) => gate.epochChanges)))}</li>
        <li>{t.timesAway(shortCount(sum((gate) => gate.timesAway)))}</li>
        <li>{t.repairs(shortCount(repaired), shortCount(loaded))}</li>
      </ul>
      {last.length > 0 && (
        <ul class="settings__rows" aria-label={t.lastSet}>
          {last.map((one) => (
            <li key={`${one.skuId} ${one.kind}`} class="settings__row" data-testid="stock-repair">
              <span class="settings__grow">
                {`${one.productTitle} · ${one.code}`}
                <span class="settings__text settings__detail">
                  {one.tenantName} · {t.setKinds[one.kind]} · {t.times(shortCount(one.times))} ·{' '}
                  {dateTime(one.at)}
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
