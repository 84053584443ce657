import type { Db } from '../kernel/db.ts'

/**
 * Everything that is held about a person, by what it is. No secrets: of passwords and sessions only that they exist.
 * Each list ends at `rowsMax`, and `cut` names those that did.
 */
export function createExport({ db: { sql }, rowsMax }: { db: Db; rowsMax: number }) {
  type Row = Record<string, unknown>

  return async function exportOf(personId: string): Promise<Record<string, unknown>> {
    const mine = sql`(select person_ids(${personId}))`
    const ask = {
      account: sql<Row[]>`
        select id, kind, name, language, operator, created_at, password_hash is not null as has_password
        from persons where id in ${mine} order by created_at limit ${rowsMax}`,
      logins: sql<Row[]>`
        select login, kind, verified_at, created_at from logins where person_id in ${mine} limit ${rowsMax}`,
      sessions: sql<Row[]>`
        select kind, device, origin, created_at, expires_at from sessions where person_id in ${mine}
        order by created_at limit ${rowsMax}`,
      memberships: sql<Row[]>`
        select t.id as tenant_id, t.name as tenant, m.role, m.created_at from memberships m join tenants t on t.id = m.tenant_id
        where m.person_id in ${mine} limit ${rowsMax}`,
      stream_keys: sql<Row[]>`
        select tenant_id, created_at, last_used_at from stream_keys where person_id in ${mine} limit ${rowsMax}`,
      invitations: sql<Row[]>`
        select tenant_id, show_id, name, accepted_at, revoked_at from cohost_invites where person_id in ${mine} limit ${rowsMax}`,
      identities: sql<Row[]>`
        select tenant_id, subject, created_at from asserted_identities where person_id in ${mine} limit ${rowsMax}`,
      addresses: sql<Row[]>`
        select name, phone, country, region, city, street, postcode, is_default, created_at
        from addresses where person_id in ${mine} order by id limit ${rowsMax}`,
      orders: sql<Row[]>`
        select o.id, o.tenant_id, o.show_id, o.status, o.currency, o.total_minor, o.address, o.visit, o.created_at, o.paid_at,
          (select jsonb_agg(jsonb_build_object('title', l.title, 'options', l.options, 'quantity', l.quantity,
              'unitPriceMinor', l.unit_price_minor) order by l.id)
            from order_lines l where l.tenant_id = o.tenant_id and l.order_id = o.id) as lines
        from orders o where o.person_id in ${mine} order by o.id limit ${rowsMax}`,
      payments: sql<Row[]>`
        select id, tenant_id, provider, provider_ref, status, amount_minor, currency, created_at, captured_at, refunded_minor
        from payments where person_id in ${mine} order by id limit ${rowsMax}`,
      coin_purchases: sql<Row[]>`
        select id, coins, amount_minor, currency, status, created_at
        from coin_purchases where person_id in ${mine} order by id limit ${rowsMax}`,
      wallet: sql<Row[]>`
        select e.amount_minor as coins, t.kind, e.created_at
        from ledger_accounts a join ledger_entries e on e.account_id = a.id join ledger_transfers t on t.id = e.transfer_id
        where a.owner_kind = 'person' and a.owner_id in ${mine} and a.kind = 'wallet' order by e.id limit ${rowsMax}`,
      earnings_as_host: sql<Row[]>`
        select e.amount_minor, e.currency, t.kind, e.created_at
        from ledger_accounts a join ledger_entries e on e.account_id = a.id join ledger_transfers t on t.id = e.transfer_id
        where a.owner_kind = 'person' and a.owner_id in ${mine} and a.kind = 'commission' order by e.id limit ${rowsMax}`,
      payouts: sql<Row[]>`
        select id, amount_minor, currency, state, note, created_at, closed_at
        from payouts where person_id in ${mine} order by id limit ${rowsMax}`,
      tips: sql<Row[]>`
        select id, show_id, name, gift_id, count, coins, battle_id, created_at from tips where person_id in ${mine}
        order by id limit ${rowsMax}`,
      chat_lines: sql<Row[]>`
        select show_id, name, text, created_at, deleted_at from chat_lines where person_id in ${mine}
        order by id limit ${rowsMax}`,
      mutes: sql<Row[]>`
        select show_id, until, created_at from mutes where person_id in ${mine} limit ${rowsMax}`,
      reminders: sql<Row[]>`
        select show_id, created_at from show_reminders where person_id in ${mine} limit ${rowsMax}`,
      waiting_lists: sql<Row[]>`
        select sale_id, status, offered_at, order_id, created_at from sale_waiters where person_id in ${mine}
        order by place limit ${rowsMax}`,
      consent: sql<Row[]>`
        select facts, decided_at from consents where person_id in ${mine} limit ${rowsMax}`,
      visits: sql<Row[]>`
        select session, tenant_id, show_id, source, started_at from visits where person_id in ${mine}
        order by started_at limit ${rowsMax}`,
      facts: sql<Row[]>`
        select type, at, tenant_id, show_id, product_id, session_id, value_minor, currency, consent, source, data
        from facts where person_id in ${mine} order by at limit ${rowsMax}`,
    }
    const parts = await Promise.all(
      Object.entries(ask).map(async ([name, rows]) => [name, [...(await rows)]] as const),
    )
    return {
      ...Object.fromEntries(parts),
      cut: parts.filter(([, rows]) => rows.length === rowsMax).map(([name]) => name),
    }
  }
}
