import { useSignal } from '@preact/signals'
import { bpsText } from '../../kit/amount.ts'
import { type Answer, call } from '../../kit/api.ts'
import { usePages } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { LoadView, More } from '../../kit/ui/load-view.tsx'
import '../members/members-page.css'
import { PageHead } from '../ui/page-head.tsx'
import '../settings/settings-page.css'
import '../ui/table.css'
import { CoinRatePanel } from './coin-rate.tsx'
import { DeadLetters } from './dead-letters.tsx'
import { Differences } from './differences.tsx'
import { FailedRefunds } from './failed-refunds.tsx'
import { moneyWords } from './money-words.ts'
import { NewTenant } from './new-tenant.tsx'
import { OpenPayouts } from './open-payouts.tsx'
import './operator-page.css'
import { PlatformFee } from './platform-fee.tsx'
import { StockGate } from './stock-gate.tsx'
import { operatorWords } from './words.ts'

type Tenant = Answer<'GET /tenants'>['items'][number]

/** Every merchant of the server, newest first, and how another is opened. For its operator. */
export function OperatorPage() {
  const pages = usePages((after, signal) => call('GET /tenants', { query: { after }, signal }), [])
  return (
    <>
      <PageHead title={operatorWords.value.merchants} />
      <div class="members">
        <div class="operator">
          <LoadView load={pages}>
            {(tenants) => <TenantTable tenants={tenants} onChanged={pages.reload} />}
          </LoadView>
          <More pages={pages} />
          <OpenPayouts />
          <FailedRefunds />
          <Differences />
          <CoinRatePanel />
          <DeadLetters />
          <StockGate />
        </div>
        <NewTenant onOpened={pages.reload} />
      </div>
    </>
  )
}

function TenantTable({ tenants, onChanged }: { tenants: readonly Tenant[]; onChanged: () => void }) {
  const t = operatorWords.value
  const m = moneyWords.value
  const setting = useSignal<Tenant | null>(null)
  return (
    <div class="card table-card">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t.merchant}</th>
            <th scope="col">{t.slug}</th>
            <th scope="col">{t.currency}</th>
            <th scope="col">{m.feeColumn}</th>
          </tr>
        </thead>
        <tbody>
          {tenants.map((tenant) => (
            <tr key={tenant.id} data-testid="tenant-row">
              <td>{tenant.name}</td>
              <td class="table__soft">{tenant.slug}</td>
              <td>{tenant.currency}</td>
              <td>
                <Button
                  look="quiet"
                  size="small"
                  onClick={() => (setting.value = tenant)}
                  aria-label={`${m.feeOf(tenant.name)}: ${bpsText(tenant.platformBps)}%`}
                  data-testid="tenant-fee"
                >
                  {bpsText(tenant.platformBps)}%
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {setting.value && (
        <PlatformFee of={setting.value} onClose={() => (setting.value = null)} onDone={onChanged} />
      )}
    </div>
  )
}
