import type { Fact } from '@shelfcast/shared/facts/facts.ts'
import type { VisitSource } from '@shelfcast/shared/facts/source.ts'
import type { Db } from '../kernel/db.ts'
import { timeOf } from './event-id.ts'

/** A fact with what the server knows of it; consent is looked up as it is written. */
export interface ToldFact {
  readonly fact: Fact
  readonly tenantId: string
  readonly showId: string | null
  readonly personId: string
  readonly session: string | null
  readonly source: VisitSource
}

/** What many facts have; each has a column of its own, and so have a fact's id and type. */
const COLUMNS: ReadonlySet<string> = new Set([
  'id',
  'type',
  'productId',
  'impressionId',
  'position',
  'valueMinor',
  'currency',
])

/** A fact as the statement below takes it: what many facts have by column, the rest as `data`. */
function rowOf({ fact, tenantId, showId, personId, session, source }: ToldFact) {
  const members: Record<string, unknown> = fact
  const data: Record<string, unknown> = {}
  for (const name in members) if (!COLUMNS.has(name)) data[name] = members[name]
  return {
    id: fact.id,
    type: fact.type,
    at: timeOf(fact.id),
    tenantId,
    showId,
    personId,
    session,
    source,
    productId: members.productId,
    impressionId: fact.type === 'seen' ? fact.id : members.impressionId,
    position: members.position,
    valueMinor: members.valueMinor,
    currency: members.currency,
    data,
  }
}

/**
 * Writes facts, each once, and the visits they belong to. What a player tells is written only with the person's
 * consent of this moment. What the server tells is written anyway, since it is a record of the shop; without consent
 * it says nothing of where the visit came from, and of who only where an order or a tip says so too.
 */
export async function writeFacts({ sql }: Pick<Db, 'sql'>, facts: readonly ToldFact[]): Promise<void> {
  if (facts.length === 0) return
  await sql`
    with told as materialized (
      select r.*, coalesce(c.facts, false) as consent
      from jsonb_to_recordset(${JSON.stringify(facts.map(rowOf))}::text::jsonb) as r(
        id uuid, type text, at bigint, "tenantId" text, "showId" text, "personId" text, session uuid, source jsonb,
        "productId" text, "impressionId" text, position integer, "valueMinor" bigint, currency text, data jsonb)
      join persons p on p.id = r."personId"
      join tenants t on t.id = r."tenantId"
      left join consents c on c.person_id = r."personId"
      where r.session is null or c.facts
    ), visited as (
      insert into visits (person_id, session, tenant_id, show_id, source, started_at)
      select distinct on ("personId", session, "tenantId", "showId")
        "personId", session, "tenantId", "showId", source, to_timestamp(at / 1000.0)
      from told where session is not null
      order by "personId", session, "tenantId", "showId", at
      on conflict do nothing
    )
    insert into facts (event_id, at, type, tenant_id, person_id, session_id, show_id, product_id, impression_id,
      position, value_minor, currency, consent, source, data)
    select id, to_timestamp(at / 1000.0), type, "tenantId",
      case when consent or type <> 'comment' then "personId" end, session::text, "showId", "productId",
      "impressionId", position, "valueMinor", currency, consent, case when consent then source else '{}' end, data
    from told
    on conflict do nothing`
}
