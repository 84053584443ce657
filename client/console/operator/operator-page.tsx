import { type Answer, call } from '../../kit/api.ts'
import { usePages } from '../../kit/load.ts'
import { LoadView, More } from '../../kit/ui/load-view.tsx'
import '../members/members-page.css'
import { PageHead } from '../ui/page-head.tsx'
import '../settings/settings-page.css'
import '../ui/table.css'
import { DeadLetters } from './dead-letters.tsx'
import { Differences } from './differences.tsx'
import { FailedRefunds } from './failed-refunds.tsx'
import { NewTenant } from './new-tenant.tsx'
import { OpenPayouts } from './open-payouts.tsx'
import './operator-page.css'
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
          <LoadView load={pages}>{(tenants) => <TenantTable tenants={tenants} />}</LoadView>
          <More pages={pages} />
          <OpenPayouts />
          <FailedRefunds />
          <Differences />
          <DeadLetters />
          <StockGate />
        </div>
        <NewTenant onOpened={pages.reload} />
      </div>
    </>
  )
}

function TenantTable({ tenants }: { tenants: readonly Tenant[] }) {
  const t = operatorWords.value
  return (
    <div class="card table-card">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t.merchant}</th>
            <th scope="col">{t.slug}</th>
            <th scope="col">{t.currency}</th>
          </tr>
        </thead>
        <tbody>
          {tenants.map((tenant) => (
            <tr key={tenant.id} data-testid="tenant-row">
              <td>{tenant.name}</td>
              <td class="table__soft">{tenant.slug}</td>
              <td>{tenant.currency}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
