import * as api from '@shelfcast/shared/api/fees.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { Fees } from './fees.ts'

export const feeRoutes = (fees: Fees): Route[] => [
  handle(api.getFees, ({ params }) => fees.current(params.tenantId)),
  handle(api.putHostShares, ({ params, body, actor }) => fees.put(params.tenantId, body, actor.personId)),
  handle(api.putPlatformFee, ({ params, body, actor }) => fees.put(params.merchantId, body, actor.personId)),
]
