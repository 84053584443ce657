import { useSignal } from '@preact/signals'
import type { CampaignView } from '@shelfcast/shared/api/campaigns.ts'
import { call } from '../../kit/api.ts'
import { dateTime, price } from '../../kit/format.ts'
import { usePages } from '../../kit/load.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Empty } from '../../kit/ui/empty.tsx'
import { LoadView, More } from '../../kit/ui/load-view.tsx'
import { useShop } from '../shop.ts'
import { skuLabel } from '../sku.ts'
import { Confirm } from '../ui/confirm.tsx'
import { PageHead } from '../ui/page-head.tsx'
import '../ui/table.css'
import { CampaignForm } from './campaign-form.tsx'
import './campaigns-page.css'
import { campaignStatus } from './draft.ts'
import { campaignWords } from './words.ts'

/** The dated prices of the merchant's SKUs. */
export function CampaignsPage() {
  const { tenantId, may } = useShop()
  const t = campaignWords.value
  const ending = useSignal<CampaignView | null>(null)
  const pages = usePages(
    (after, signal) =>
      call('GET /tenants/:tenantId/campaign-prices', {
        params: { tenantId },
        query: { after, limit: 50 },
        signal,
      }),
    [tenantId],
  )
  const end = async (campaignId: string) => {
    await call('DELETE /tenants/:tenantId/campaign-prices/:campaignId', { params: { tenantId, campaignId } })
    pages.reload()
  }
  return (
    <>
      <PageHead title={t.title} />
      <p class="campaigns__text">{t.text}</p>
      <div class="campaigns">
        <div>
          <LoadView load={pages}>
            {(campaigns) =>
              campaigns.length > 0 ? (
                <CampaignTable
                  campaigns={campaigns}
                  onEnd={may('sales:write') ? (campaign) => (ending.value = campaign) : null}
                />
              ) : (
                <div class="card">
                  <Empty icon="bag" title={t.none} text={t.noneText} />
                </div>
              )
            }
          </LoadView>
          <More pages={pages} />
        </div>
        {may('sales:write') && <CampaignForm onCreated={pages.reload} />}
      </div>
      {ending.value && (
        <Confirm
          title={t.endTitle}
          text={t.endText}
          action={t.end}
          run={() => end(ending.value?.id ?? '')}
          onClose={() => (ending.value = null)}
        />
      )}
    </>
  )
}

interface TableProps {
  campaigns: readonly CampaignView[]
  onEnd: ((campaign: CampaignView) => void) | null
}

function CampaignTable({ campaigns, onEnd }: TableProps) {
  const { currency } = useShop()
  const t = campaignWords.value
  const now = Date.now()
  return (
    <div class="card table-card">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t.name}</th>
            <th scope="col">{t.price}</th>
            <th scope="col">{t.starts}</th>
            <th scope="col">{t.ends}</th>
          </tr>
        </thead>
        <tbody>
          {campaigns.map((campaign) => {
            const status = campaignStatus(campaign, now)
            return (
              <tr key={campaign.id} data-testid="campaign-row" data-status={status}>
                <td>
                  {campaign.name}
                  <div class="table__soft">{`${campaign.productTitle} · ${skuLabel(campaign)}`}</div>
                </td>
                <td class="numeric">
                  {price(campaign.priceMinor, currency)}
                  <div class="table__soft">
                    <s>{price(campaign.listPriceMinor, currency)}</s>
                  </div>
                </td>
                <td class="numeric">
                  {dateTime(campaign.startsAt)}
                  <div class="table__soft">{t.statuses[status]}</div>
                </td>
                <td class="numeric">
                  {dateTime(campaign.endsAt)}
                  {onEnd && status !== 'over' && (
                    <div>
                      <Button
                        look="quiet"
                        size="small"
                        aria-label={t.endLabel(campaign.name, campaign.productTitle)}
                        onClick={() => onEnd(campaign)}
                        data-testid="campaign-end"
                      >
                        {t.end}
                      </Button>
                    </div>
                  )}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
