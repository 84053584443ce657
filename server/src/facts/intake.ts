import type { reportFacts } from '@shelfcast/shared/api/facts.ts'
import { type ReportedFact, reportedFact } from '@shelfcast/shared/facts/facts.ts'
import type { z } from 'zod'
import type { Limits } from '../config.ts'
import { createBatcher } from '../kernel/batcher.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { found } from '../kernel/errors.ts'
import { createRate } from '../kernel/rate.ts'
import type { Redis } from '../kernel/redis.ts'
import { timeOf } from './event-id.ts'
import type { ToldFact } from './store.ts'

type Report = z.output<typeof reportFacts.body>
type Receipt = z.output<typeof reportFacts.output>
type Refused = Receipt['refused'][number]
type Judged = { fact: z.output<typeof reportedFact> } | { why: Refused['why'] }

interface Asked {
  personId: string
  showId: string
  productIds: string[]
}
interface Known {
  tenantId: string | null
  consent: boolean
  productIds: string[]
}

const RATE_S = 10
const TOGETHER = { waitMs: 5, itemsMax: 200 }

/** Reports of players: judged fact by fact, kept with the person's consent. */
export function createIntake(deps: {
  db: Db
  redis: Redis
  clock: Clock
  limits: Limits['facts']
  keep(facts: readonly ToldFact[]): Promise<void>
}) {
  const { db, clock, limits, keep } = deps
  const rate = createRate(deps.redis, 'facts', { times: limits.reportsPerPersonPer10SMax, inS: RATE_S })
  const know = createBatcher(TOGETHER, (asked: Asked[]) => lookUp(db, asked))

  function judge(value: unknown): Judged {
    const parsed = reportedFact.safeParse(value)
    if (!parsed.success) return { why: 'invalid' }
    const ageMs = clock.now() - timeOf(parsed.data.id)
    if (ageMs > limits.ageMsMax) return { why: 'too_old' }
    return ageMs < -limits.aheadMsMax ? { why: 'in_future' } : { fact: parsed.data }
  }

  /**
   * Takes a report. A fact that is wrong is refused by its place in the report, the others are kept; one that came
   * before is kept once. Without consent nothing is.
   * @throws Fault `not_found` for an unknown show, `too_many_requests`, `unavailable`
   */
  return async function report(
    personId: string,
    { session, showId, source, facts }: Report,
  ): Promise<Receipt> {
    await rate.spend(personId)
    const judged = facts.map(judge)
    const productIds = judged.flatMap((one) => ('fact' in one ? (productOf(one.fact) ?? []) : []))
    const known = await know('', { personId, showId, productIds })
    const tenantId = found(known.tenantId)
    if (!known.consent) return { consent: false, accepted: 0, refused: [] }
    const products = new Set(known.productIds)
    const kept: ToldFact[] = []
    const refused: Refused[] = []
    for (const [index, one] of judged.entries()) {
      if ('why' in one) {
        refused.push({ index, why: one.why })
        continue
      }
      const productId = productOf(one.fact)
      if (productId !== null && !products.has(productId)) refused.push({ index, why: 'unknown_product' })
      else kept.push({ fact: one.fact, tenantId, showId, personId, session, source })
    }
    if (kept.length > 0) await keep(kept)
    return { consent: true, accepted: kept.length, refused }
  }
}

const productOf = (fact: ReportedFact): string | null => ('productId' in fact ? fact.productId : null)

/** Whose each show is, which of the products are that merchant's, and whether the person agreed: one statement for many. */
async function lookUp({ sql }: Db, asked: readonly Asked[]): Promise<Known[]> {
  return sql<Known[]>`
    select s.tenant_id as "tenantId", coalesce(c.facts, false) as consent,
      array(select p.id from products p where p.tenant_id = s.tenant_id
        and p.id in (select jsonb_array_elements_text(r.asked->'productIds'))) as "productIds"
    from jsonb_array_elements(${JSON.stringify(asked)}::text::jsonb) with ordinality r(asked, place)
    left join shows s on s.id = r.asked->>'showId'
    left join consents c on c.person_id = r.asked->>'personId'
    order by r.place`
}
