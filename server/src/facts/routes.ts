import * as api from '@shelfcast/shared/api/facts.ts'
import type { Currency } from '@shelfcast/shared/money.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { Facts } from './facts.ts'

export interface FactRoutes {
  facts: Facts
  /** @throws Fault `not_found` for a show of another tenant */
  shows: { get(tenantId: string, showId: string): Promise<unknown> }
  tenants: { get(tenantId: string): Promise<{ currency: Currency }> }
}

export const factRoutes = ({ facts, shows, tenants }: FactRoutes): Route[] => [
  handle(api.reportFacts, ({ actor, body }) => facts.report(actor.personId, body)),
  handle(api.getConsent, ({ actor }) => facts.consents.of(actor.personId)),
  handle(api.putConsent, ({ actor, body }) => facts.consents.decide(actor.personId, body.facts)),
  handle(api.showFigures, async ({ actor, params, query }) => {
    const [{ currency }] = await Promise.all([
      tenants.get(params.tenantId),
      shows.get(params.tenantId, params.showId),
    ])
    const withMoney = actor.roles.get(params.tenantId)?.scopes.has('earnings:read') ?? false
    return facts.figures({ ...params, currency }, { ...query, withMoney })
  }),
]
