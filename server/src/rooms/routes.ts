import { showLog } from '@shelfcast/shared/api/show-record.ts'
import { showDrops } from '@shelfcast/shared/api/shows.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { RoomLog } from './log.ts'
import type { ShowRecordReader } from './record.ts'

export interface RoomRoutes {
  roomLog: Pick<RoomLog, 'drops'>
  showRecord: ShowRecordReader
  /** @throws Fault `not_found` for a show of another tenant */
  shows: { get(tenantId: string, showId: string): Promise<unknown> }
}

export const roomRoutes = ({ roomLog, showRecord, shows }: RoomRoutes): Route[] => [
  handle(showDrops, async ({ params: { tenantId, showId } }) => {
    await shows.get(tenantId, showId)
    return { items: await roomLog.drops(tenantId, showId) }
  }),
  handle(showLog, async ({ params: { tenantId, showId }, query }) => {
    await shows.get(tenantId, showId)
    return showRecord.page(tenantId, showId, query)
  }),
]
