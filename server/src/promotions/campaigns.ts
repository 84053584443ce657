import type { CampaignView, changeCampaign, createCampaign } from '@shelfcast/shared/api/campaigns.ts'
import type { DownOf } from '@shelfcast/shared/protocol/down.ts'
import type { z } from 'zod'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import { type Db, violatedConstraint } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import { pageOf } from '../kernel/page.ts'

export interface CampaignsDeps {
  db: Db
  rooms: { publish(showId: string, event: DownOf<'state'>): void }
  clock: Clock
  limits: Pick<Limits['sales'], 'campaignsPerSkuMax' | 'plannedAheadMsMax'>
}

type News = { showId: string; event: DownOf<'state'> }[]

const wrongTime = (message: string) => new Fault('invalid_input', { issues: [{ path: 'endsAt', message }] })

/** Dated prices of SKUs. A change and what the rooms are told of their shelves commit together. */
export function createCampaigns({ db: { sql }, rooms, clock, limits }: CampaignsDeps) {
  const now = () => new Date(clock.now())
  const select = sql`
    select c.id, c.name, c.sku_id as "skuId", p.title as "productTitle", s.options, s.code,
      s.price_minor as "listPriceMinor", c.price_minor as "priceMinor", c.version,
      (extract(epoch from c.starts_at) * 1000)::bigint as "startsAt",
      (extract(epoch from c.ends_at) * 1000)::bigint as "endsAt"
    from campaign_prices c join skus s on s.tenant_id = c.tenant_id and s.id = c.sku_id
    join products p on p.tenant_id = s.tenant_id and p.id = s.product_id`

  async function get(tenantId: string, campaignId: string): Promise<CampaignView> {
    const [row] = await sql<
      CampaignView[]
    >`${select} where c.tenant_id = ${tenantId} and c.id = ${campaignId}`
    return found(row)
  }

  function assertTimes({ endsAt }: { endsAt?: number | undefined }): void {
    if (endsAt === undefined) return
    const aheadMs = endsAt - clock.now()
    if (aheadMs <= 0) throw wrongTime('in the future')
    if (aheadMs > limits.plannedAheadMsMax) {
      throw wrongTime(`at most ${limits.plannedAheadMsMax / 86_400_000} days ahead`)
    }
  }

  /** @throws Fault `invalid_input` for an end that is not after the beginning */
  function refuseTimes(error: unknown): never {
    throw violatedConstraint(error) === 'campaign_prices_times' ? wrongTime('after startsAt') : error
  }

  function publish(news: News): void {
    for (const { showId, event } of news) rooms.publish(showId, event)
  }

  return {
    async list(tenantId: string, query: { after?: string | undefined; limit: number }) {
      const rows = await sql<CampaignView[]>`
        ${select} where c.tenant_id = ${tenantId} ${query.after ? sql`and c.id < ${query.after}` : sql``}
        order by c.id desc limit ${query.limit + 1}`
      return pageOf(rows, query.limit)
    },

    /** @throws Fault `not_found`, `too_many_campaigns`, `invalid_input` */
    async create(
      tenantId: string,
      input: z.output<typeof createCampaign.body>,
      by: string,
    ): Promise<CampaignView> {
      assertTimes(input)
      const campaign = { ...input, id: newId('cmp'), personId: by }
      const [row] = await sql<{ made: { news: News | null } | null }[]>`
        select create_campaign_price(${tenantId}, ${sql.json(campaign)}, ${limits.campaignsPerSkuMax}, ${now()}) as made`.catch(
        refuseTimes,
      )
      const { news } = found(row!.made)
      if (news === null) throw new Fault('too_many_campaigns', { extra: { max: limits.campaignsPerSkuMax } })
      publish(news)
      return get(tenantId, campaign.id)
    },

    /** @throws Fault `not_found` for one that is over, `invalid_input` */
    async change(
      { tenantId, campaignId }: { tenantId: string; campaignId: string },
      change: z.output<typeof changeCampaign.body>,
      by: string,
    ): Promise<CampaignView> {
      assertTimes(change)
      const [row] = await sql<{ news: News | null }[]>`
        select change_campaign_price(${tenantId}, ${campaignId}, ${sql.json({ ...change, personId: by })}, ${now()}) as news`.catch(
        refuseTimes,
      )
      publish(found(row!.news))
      return get(tenantId, campaignId)
    },

    /** @throws Fault `not_found` for one that is over */
    async end({ tenantId, campaignId }: { tenantId: string; campaignId: string }, by: string): Promise<void> {
      const [row] = await sql<{ news: News | null }[]>`
        select end_campaign_price(${tenantId}, ${campaignId}, ${by}, ${now()}) as news`
      publish(found(row!.news))
    },
  }
}
