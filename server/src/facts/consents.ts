import type { consentView } from '@shelfcast/shared/api/facts.ts'
import type { VisitSource } from '@shelfcast/shared/facts/source.ts'
import type { z } from 'zod'
import { createBatcher } from '../kernel/batcher.ts'
import type { Db } from '../kernel/db.ts'

type Consent = z.output<typeof consentView>

const NONE: Consent = { facts: null, decidedAt: null }
const TOGETHER = { waitMs: 2, itemsMax: 200 }

/** What people said to being counted. A guest's word does not speak for the account they open later. */
export function createConsents({ db: { sql } }: { db: Db }) {
  const agreed = createBatcher(TOGETHER, async (personIds: string[]) => {
    const rows = await sql<{ id: string }[]>`
      select person_id as id from consents where facts and person_id = any(${personIds}::text[])`
    const ids = new Set(rows.map(({ id }) => id))
    return personIds.map((id) => ids.has(id))
  })

  return {
    /** Whether the person agreed. Batched: many are asked for in one statement. */
    agreed: (personId: string): Promise<boolean> => agreed('', personId),

    async of(personId: string): Promise<Consent> {
      const [row] = await sql<Consent[]>`
        select facts, (extract(epoch from decided_at) * 1000)::bigint as "decidedAt"
        from consents where person_id = ${personId}`
      return row ?? NONE
    },

    async decide(personId: string, facts: boolean): Promise<Consent> {
      const [row] = await sql<Consent[]>`
        insert into consents (person_id, facts) values (${personId}, ${facts})
        on conflict (person_id) do update set facts = excluded.facts, decided_at = now()
        returning facts, (extract(epoch from decided_at) * 1000)::bigint as "decidedAt"`
      return row ?? NONE
    },

    /** What may be kept with an order of where its buyer came from: nothing, unless they agreed. */
    async keptSource(personId: string, source: VisitSource): Promise<VisitSource> {
      if (Object.keys(source).length === 0) return source
      return (await agreed('', personId)) ? source : {}
    },
  }
}
