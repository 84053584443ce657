import * as api from '@shelfcast/shared/api/payouts.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { Payouts } from './payouts.ts'

export const payoutRoutes = (payouts: Payouts): Route[] => [
  handle(api.merchantBalance, ({ params }) => payouts.balance(params.tenantId)),
  handle(api.merchantStatement, ({ params, query }) => payouts.statement(params.tenantId, query)),
  handle(api.exportStatement, ({ params, query }) => payouts.statementCsv(params.tenantId, query.after)),
  handle(api.listPayouts, ({ params, query }) => payouts.list({ ...query, tenantId: params.tenantId })),
  handle(api.requestPayout, ({ actor, params, body, idempotencyKey }) =>
    payouts.request(params.tenantId, actor.personId, body.amountMinor, idempotencyKey),
  ),
  handle(api.allPayouts, ({ query }) => payouts.list(query)),
  handle(api.closePayout, ({ actor, params, body }) =>
    payouts.close(params.payoutId, actor.personId, body.state, body.note),
  ),
]
