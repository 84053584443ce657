import type { ShowView as MerchantShowView } from '@shelfcast/shared/api/shows.ts'
import type { ShowStatus, ShowView } from '@shelfcast/shared/protocol/parts.ts'
import type { Sql } from 'postgres'

/** A show as its row tells it. */
export interface ShowRecord {
  tenantId: string
  id: string
  title: string
  description: string
  coverId: string | null
  coverUrl: string | null
  status: ShowStatus
  hostAwaySince: Date | null
  chatLinesPerS: number | null
  pinnedItemId: string | null
  pinnedAt: Date | null
  scheduledAt: Date | null
  startedAt: Date | null
  endedAt: Date | null
}

export const showColumns = (sql: Sql) => sql`
  tenant_id as "tenantId", id, title, description, cover_id as "coverId", media_url(tenant_id, cover_id) as "coverUrl", status, host_away_since as "hostAwaySince", pinned_item_id as "pinnedItemId",
  pinned_at as "pinnedAt", chat_lines_per_s as "chatLinesPerS",
  scheduled_at as "scheduledAt", started_at as "startedAt", ended_at as "endedAt"`

export const ms = (date: Date | null): number | null => date?.getTime() ?? null

/** The show as everyone in its room sees it. */
export function roomShow(show: ShowRecord): ShowView {
  return {
    id: show.id,
    title: show.title,
    status: show.status,
    hostAway: show.hostAwaySince !== null,
    scheduledAt: ms(show.scheduledAt),
    startedAt: ms(show.startedAt),
  }
}

/** The show as its merchant sees it. */
export function merchantShow(show: ShowRecord, hosts: MerchantShowView['hosts']): MerchantShowView {
  return {
    ...roomShow(show),
    tenantId: show.tenantId,
    description: show.description,
    coverId: show.coverId,
    coverUrl: show.coverUrl,
    endedAt: ms(show.endedAt),
    chatLinesPerS: show.chatLinesPerS,
    pinnedItemId: show.pinnedItemId,
    hosts,
  }
}
