import * as api from '@shelfcast/shared/api/payouts.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { Payouts } from './payouts.ts'

export const payoutRoutes = (payouts: Payouts): Route[] => [
  handle(api.merchantBalance, ({ params, query }) => payouts.balance(params.tenantId, query.currency)),
  handle(api.merchantStatement, ({ params, query }) => payouts.statement(params.tenantId, query)),
  handle(api.exportStatement, ({ params, query }) => payouts.statementCsv(params.tenantId, query.after)),
  handle(api.listPayouts, ({ params, query }) =>
    payouts.list({ ...query, of: { kind: 'tenant', id: params.tenantId } }),
  ),
  handle(api.requestPayout, ({ actor, params, body, idempotencyKey }) =>
    payouts.requestForTenant(params.tenantId, actor.personId, body, idempotencyKey),
  ),
  handle(api.allPayouts, ({ query }) => payouts.list(query)),
  handle(api.closePayout, ({ actor, params, body }) =>
    payouts.close(params.payoutId, actor.personId, body.state, body.note),
  ),
  handle(api.myEarnings, ({ actor }) => payouts.earnings(actor.personId)),
  handle(api.myEarningsEntries, ({ actor, query }) => payouts.earningsEntries(actor.personId, query)),
  handle(api.myPayouts, ({ actor, query }) =>
    payouts.list({ ...query, of: { kind: 'person', id: actor.personId } }),
  ),
  handle(api.askMyPayout, ({ actor, body, idempotencyKey }) =>
    payouts.requestForHost(actor.personId, body, idempotencyKey),
  ),
]
