import * as api from '@shelfcast/shared/api/payments.ts'
import type { Limits } from '../config.ts'
import { handle, type RawRoute, type Route } from '../kernel/route.ts'
import type { Payments } from './payments.ts'
import { sandboxRoutes } from './sandbox/routes.ts'
import type { Sandbox } from './sandbox/sandbox.ts'

export const paymentRoutes = (payments: Payments): Route[] => [
  handle(api.payOrder, async ({ actor, params, body, idempotencyKey, request }) => {
    await payments.attempt(actor, request.ip)
    return payments.payOrder(actor.personId, params.orderId, body.provider, idempotencyKey)
  }),
  handle(api.listDifferences, ({ query }) => payments.reconciliation.list(query)),
  handle(api.settleDifference, ({ actor, params, body }) =>
    payments.reconciliation.settle(params.differenceId, actor.personId, body.note),
  ),
  handle(api.tenantFailedRefunds, ({ params, query }) => payments.failedRefunds.list(params.tenantId, query)),
  handle(api.allFailedRefunds, ({ query }) => payments.failedRefunds.list(null, query)),
  handle(api.retryRefund, async ({ actor, params }) => {
    await payments.failedRefunds.remedy(params.refundId, actor.personId, { how: 'again' })
    return null
  }),
  handle(api.payRefundElsewhere, async ({ actor, params, body }) => {
    await payments.failedRefunds.remedy(params.refundId, actor.personId, {
      how: 'elsewhere',
      note: body.note,
    })
    return null
  }),
]

/** Where providers call, and the sandbox's own pages where it is on. */
export function paymentRawRoutes(deps: {
  payments: Payments
  sandbox: Sandbox | null
  limits: Limits['payments']
}): RawRoute[] {
  const webhook: RawRoute = {
    method: 'POST',
    path: '/api/v1/payments/webhooks/:provider',
    bodyBytesMax: deps.limits.webhookBytesMax,
    async handler({ params, body, headers }) {
      // What was verified is answered with success, whatever became of it: the inbox has it, a repeat adds nothing.
      const taken = await deps.payments.receive(params.provider ?? '', body, headers)
      return taken ? { status: 200, headers: { 'Content-Type': 'text/plain' }, body: taken } : { status: 204 }
    },
  }
  return [webhook, ...(deps.sandbox ? sandboxRoutes(deps.sandbox) : [])]
}
