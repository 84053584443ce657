import type { Limits } from '../config.ts'
import type { Db } from '../kernel/db.ts'
import { createRate } from '../kernel/rate.ts'
import type { Redis } from '../kernel/redis.ts'
import { createAddresses } from './addresses.ts'
import { createExport } from './export.ts'
import { createLeave } from './leave.ts'

export { buyerRoutes } from './routes.ts'

export type Buyers = ReturnType<typeof createBuyers>

/** What a buyer keeps with us, takes away, and takes with them. */
export function createBuyers(deps: { db: Db; redis: Redis; limits: Limits['buyers'] }) {
  const { redis, limits } = deps
  return {
    addresses: createAddresses(deps),
    ...createLeave(deps),
    exportOf: createExport({ ...deps, rowsMax: limits.exportRowsMax }),
    exports: createRate(redis, 'export', { times: limits.exportsPerPersonPer10Min, inS: 600 }),
  }
}
