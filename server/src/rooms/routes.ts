import * as api from '@shelfcast/shared/api/shows.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { RoomLog } from './log.ts'

export interface RoomRoutes {
  roomLog: Pick<RoomLog, 'drops'>
  /** @throws Fault `not_found` for a show of another tenant */
  shows: { get(tenantId: string, showId: string): Promise<unknown> }
}

export const roomRoutes = ({ roomLog, shows }: RoomRoutes): Route[] => [
  handle(api.showDrops, async ({ params: { tenantId, showId } }) => {
    await shows.get(tenantId, showId)
    return { items: await roomLog.drops(tenantId, showId) }
  }),
]
