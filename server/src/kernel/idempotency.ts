import { createHash } from 'node:crypto'
import { ERRORS, type ErrorCode } from '@shelfcast/shared/errors.ts'
import type { Limits } from '../config.ts'
import type { Db } from './db.ts'
import { Fault } from './errors.ts'

/**
 * Whose request it is: one person's key on one route. The SQL function that does the work also writes the answer
 * under this name, so both stand or neither does.
 */
export type Keyed = {
  personId: string
  route: string
  key: string
  /** Of the body, so that the same key with another body is noticed. */
  requestHash: string
}

/** An answer as it is kept: a success with its body, or a refusal with its code. */
export type KeptAnswer = { status: number; response: unknown }

export type Refusal = { code: ErrorCode; extra?: Record<string, unknown> }

export function keyed(personId: string, route: string, key: string, request: unknown): Keyed {
  return { personId, route, key, requestHash: hashOf(request) }
}

/** A parsed body has its members in the order of its schema, however the client wrote them. */
const hashOf = (request: unknown): string =>
  createHash('sha256').update(JSON.stringify(request)).digest('base64url')

export const isRefusal = (answer: KeptAnswer): boolean => answer.status >= 400

/** The refusal of a kept answer, ready to throw. */
export function refusalOf(answer: KeptAnswer): Fault {
  const { code, extra } = answer.response as Refusal
  return new Fault(code in ERRORS ? code : 'internal', extra ? { extra } : {})
}

/** The answer that each of these keys was given, or null; `idempotency_key_reused` where the body was another one. */
export async function keptAnswers({ sql }: Db, asked: readonly Keyed[]): Promise<(KeptAnswer | null)[]> {
  const rows = await sql<{ n: number; status: number; response: unknown }[]>`
    select a.n::int as n, k.status, k.response
    from unnest(${asked.map((one) => one.personId)}::text[], ${asked.map((one) => one.route)}::text[],
                ${asked.map((one) => one.key)}::text[], ${asked.map((one) => one.requestHash)}::text[])
      with ordinality as a(person_id, route, key, hash, n)
    cross join lateral kept_answer(a.person_id, a.route, a.key, a.hash) k`
  const byPlace = new Map(rows.map(({ n, ...answer }) => [n - 1, answer]))
  return asked.map((_, i) => byPlace.get(i) ?? null)
}

export type Refused = { by: Keyed; refusal: Refusal }

/** Keeps refusals that were decided outside of SQL. @returns what each key answers now: an earlier answer stays */
export async function keepRefusals(db: Db, refused: readonly Refused[]): Promise<KeptAnswer[]> {
  const answers = refused.map(({ by, refusal }) => ({
    by,
    status: ERRORS[refusal.code].status,
    response: refusal,
  }))
  const column = <V>(read: (answer: (typeof answers)[number]) => V): V[] => answers.map(read)
  // Always in the same order: two processes that are asked the same never wait for each other.
  const rows = await db.sql<{ n: number }[]>`
    with asked as (
      select * from unnest(${column(({ by }) => by.personId)}::text[], ${column(({ by }) => by.route)}::text[],
        ${column(({ by }) => by.key)}::text[], ${column(({ by }) => by.requestHash)}::text[],
        ${column(({ status }) => status)}::int[], ${column(({ response }) => JSON.stringify(response))}::text[])
        with ordinality as a(person_id, route, key, hash, status, response, n)),
    kept as (
      insert into idempotency_keys (person_id, route, key, request_hash, status, response)
      select person_id, route, key, hash, status, response::jsonb from asked order by person_id, route, key, n
      on conflict do nothing returning person_id, route, key)
    select min(a.n)::int as n from asked a join kept using (person_id, route, key) group by person_id, route, key`
  const isNew = new Set(rows.map(({ n }) => n - 1))
  const before = answers.filter((_, i) => !isNew.has(i))
  const known =
    before.length > 0
      ? await keptAnswers(
          db,
          before.map(({ by }) => by),
        )
      : []
  const knownOf = new Map(before.map((answer, i) => [answer, known[i]]))
  return answers.map((answer) => knownOf.get(answer) ?? { status: answer.status, response: answer.response })
}

/** Forgets answers past their time: refusals soon, successes after days. */
export async function sweepAnswers(db: Db, limits: Limits['orders']): Promise<void> {
  await db.sql`
    delete from idempotency_keys
    where created_at < now() - ${limits.answersKeptMs} * interval '1 millisecond'
      or (status >= 400 and created_at < now() - ${limits.refusalsKeptMs} * interval '1 millisecond')`
}
