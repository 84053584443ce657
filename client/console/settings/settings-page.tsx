import { type Answer, call } from '../../kit/api.ts'
import { type Load, useLoad } from '../../kit/load.ts'
import { LoadView } from '../../kit/ui/load-view.tsx'
import { useShop } from '../shop.ts'
import { PageHead } from '../ui/page-head.tsx'
import { consoleWords } from '../words.ts'
import { EmbedPanel } from './embed-panel.tsx'
import { KeysPanel } from './keys-panel.tsx'
import { NamePanel } from './name-panel.tsx'
import { OriginsPanel } from './origins-panel.tsx'
import { ReplaysPanel } from './replays-panel.tsx'
import './settings-page.css'
import { SharesPanel } from './shares-panel.tsx'
import { ShippingPanel } from './shipping-panel.tsx'

export type Tenant = Answer<'GET /tenants/:tenantId'>

/** What a part of the settings works on: the tenant as it is, and where its newer state goes. */
export interface TenantProps {
  tenant: Tenant
  onChanged: Load<Tenant>['set']
}

/** The merchant's settings, one panel a matter; a manager has those that are about selling. */
export function SettingsPage() {
  const { tenantId, may } = useShop()
  const load = useLoad(
    (signal) => call('GET /tenants/:tenantId', { params: { tenantId }, signal }),
    [tenantId],
  )
  return (
    <>
      <PageHead title={consoleWords.value.settings} />
      <LoadView load={load}>
        {(tenant) => (
          <div class="settings">
            {may('tenant:write') && <NamePanel tenant={tenant} onChanged={load.set} />}
            <ShippingPanel />
            {may('tenant:write') && <SharesPanel />}
            {may('tenant:write') && <ReplaysPanel tenant={tenant} onChanged={load.set} />}
            {may('tenant:write') && <OriginsPanel tenant={tenant} onChanged={load.set} />}
            <EmbedPanel tenantId={tenant.id} />
            {may('tenant:write') && <KeysPanel tenantId={tenant.id} />}
          </div>
        )}
      </LoadView>
    </>
  )
}
