import type { Limits } from '../config.ts'
import type { Db } from '../kernel/db.ts'
import type { createGate } from './gate.ts'

type Sku = { tenantId: string; skuId: string }

/**
 * Goes slowly through all SKUs, and compares those that Redis has with Postgres: the watch follows only what was touched
 * in its own process, and that process may have died. One page a turn; every process sweeps, each from its own place.
 */
export function createSweep(deps: {
  db: Db
  gate: Pick<ReturnType<typeof createGate>, 'loaded' | 'sync'>
  limits: Pick<Limits['stock'], 'sweepSkusMax'>
}) {
  const { gate, limits } = deps
  const { sql } = deps.db
  let after: Sku = { tenantId: '', skuId: '' }

  /** @returns how many SKUs were compared */
  return async function sweep(): Promise<number> {
    const page = await sql<Sku[]>`
      select tenant_id as "tenantId", sku_id as "skuId" from stock
      where (tenant_id, sku_id) > (${after.tenantId}, ${after.skuId})
      order by tenant_id, sku_id limit ${limits.sweepSkusMax}`
    after = (page.length === limits.sweepSkusMax && page.at(-1)) || { tenantId: '', skuId: '' }
    const loaded = await gate.loaded(page)
    if (loaded.length > 0) await gate.sync(loaded)
    return loaded.length
  }
}
