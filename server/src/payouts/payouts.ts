import type { BalanceView, PayoutView } from '@shelfcast/shared/api/payouts.ts'
import type { Currency } from '@shelfcast/shared/money.ts'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { found } from '../kernel/errors.ts'
import { keyed, type Refusal, refusalOf } from '../kernel/idempotency.ts'
import { pageOf } from '../kernel/page.ts'
import { untilDecided } from '../kernel/retry.ts'
import { createStatements, type Page } from './statements.ts'

export type Payouts = ReturnType<typeof createPayouts>

/** Who is paid: a merchant, of its sales, or a person, of their commission as a host. */
export type Payee = { kind: 'tenant' | 'person'; id: string }

/**
 * What merchants and hosts earned by orders and tips, from the ledger. What came within the holding period stays for
 * refunds; the rest may be asked for. The money itself is sent by the operator, outside of Shelfcast.
 */
export function createPayouts(deps: { db: Db; clock: Clock; limits: Limits['payouts'] }) {
  const { sql } = deps.db
  const { clock, limits } = deps

  const columns = sql`
    id, tenant_id as "tenantId", coalesce((select name from tenants where tenants.id = tenant_id),
      (select name from persons where persons.id = person_id)) as payee, amount_minor as "amountMinor", currency, state, note,
    (extract(epoch from created_at) * 1000)::bigint as at, (extract(epoch from closed_at) * 1000)::bigint as "closedAt"`

  async function get(id: string): Promise<PayoutView> {
    const [row] = await sql<PayoutView[]>`select ${columns} from payouts where id = ${id}`
    return found(row)
  }

  function decided(answer: { payoutId: string } | Refusal): string {
    if ('code' in answer) throw refusalOf({ status: 409, response: answer })
    return answer.payoutId
  }

  /** In all currencies in which there is an account. */
  async function balances({ kind, id }: Payee): Promise<BalanceView[]> {
    const mine = kind === 'tenant' ? sql`tenant_id = ${id}` : sql`person_id = ${id}`
    return sql<BalanceView[]>`
      select s.currency, h.held as "heldMinor", ledger_balance(s.id) - h.held as "availableMinor",
        coalesce((select sum(amount_minor) from payouts
          where ${mine} and currency = s.currency and state = 'requested'), 0)::bigint as "requestedMinor",
        coalesce((select sum(amount_minor) from payouts
          where ${mine} and currency = s.currency and state = 'paid'), 0)::bigint as "paidOutMinor"
      from ledger_accounts s, lateral (select held_sales(s.id, ${new Date(clock.now() - limits.holdMs)}) as held) h
      where s.owner_kind = ${kind} and s.owner_id = ${id} and s.kind = ${kind === 'tenant' ? 'sales' : 'commission'}
      order by s.currency`
  }

  async function ownCurrency(tenantId: string): Promise<Currency> {
    const [row] = await sql<{ currency: Currency }[]>`select currency from tenants where id = ${tenantId}`
    return found(row).currency
  }

  /** @throws Fault `payout_too_large` */
  async function request(
    of: Payee,
    personId: string,
    asked: { amountMinor: number; currency: Currency },
    key: string,
  ): Promise<PayoutView> {
    const by = keyed(personId, 'POST …/payouts', key, { ...of, ...asked })
    const [row] = await untilDecided(
      () => sql<{ answer: { payoutId: string } | Refusal }[]>`
        select request_payout(${personId}, ${by.route}, ${key}, ${by.requestHash}, ${of.kind}, ${of.id},
          ${asked.currency}, ${asked.amountMinor}, make_interval(secs => ${limits.holdMs / 1000}),
          ${new Date(clock.now())}) as answer`,
    )
    return get(decided(found(row).answer))
  }

  return {
    ...createStatements(deps),

    /** In the merchant's own currency unless another is asked for: tips are paid in the platform's. */
    async balance(tenantId: string, asked?: Currency) {
      const currency = asked ?? (await ownCurrency(tenantId))
      const all = await balances({ kind: 'tenant', id: tenantId })
      const none = { availableMinor: 0, heldMinor: 0, requestedMinor: 0, paidOutMinor: 0 }
      const one = all.find((balance) => balance.currency === currency) ?? { ...none, currency }
      return {
        ...one,
        holdMs: limits.holdMs,
        currencies: [...new Set([currency, ...all.map((x) => x.currency)])],
      }
    },

    async earnings(personId: string) {
      return { balances: await balances({ kind: 'person', id: personId }), holdMs: limits.holdMs }
    },

    async requestForTenant(
      tenantId: string,
      personId: string,
      asked: { amountMinor: number; currency?: Currency | undefined },
      key: string,
    ): Promise<PayoutView> {
      const currency = asked.currency ?? (await ownCurrency(tenantId))
      return request({ kind: 'tenant', id: tenantId }, personId, { ...asked, currency }, key)
    },

    requestForHost: (personId: string, asked: { amountMinor: number; currency: Currency }, key: string) =>
      request({ kind: 'person', id: personId }, personId, asked, key),

    async list(asked: Page & { of?: Payee; state?: PayoutView['state'] | undefined }) {
      const { of, state, after, limit } = asked
      const whose = of
        ? of.kind === 'tenant'
          ? sql`and tenant_id = ${of.id}`
          : sql`and person_id = ${of.id}`
        : sql``
      const rows = await sql<PayoutView[]>`
        select ${columns} from payouts where true ${whose}
          ${state ? sql`and state = ${state}` : sql``} ${after ? sql`and id < ${after}` : sql``}
        order by id desc limit ${limit + 1}`
      return pageOf(rows, limit)
    },

    /** By the operator. @throws Fault `not_found`, `payout_closed` */
    async close(id: string, personId: string, state: 'paid' | 'refused', note: string): Promise<PayoutView> {
      const [row] = await untilDecided(
        () => sql<{ answer: object | Refusal }[]>`
          select close_payout(${id}, ${state}, ${note}, ${personId}, ${new Date(clock.now())}) as answer`,
      )
      const { answer } = found(row)
      if ('code' in answer) throw refusalOf({ status: 409, response: answer })
      return get(id)
    },
  }
}
