import { down, id, serverTimeMs } from '../message.ts'

/** More want a flash sale's SKU than go in at once: one's order is in line, and its turn comes at `until` at the latest. */
export const draw = down('draw', 'personal', { skuId: id, until: serverTimeMs })
