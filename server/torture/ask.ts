import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { Random } from './random.ts'
import type { Shop } from './shop.ts'

/** What the world was told: it has to hold whatever happens afterwards. */
export interface Promises {
  /** Orders that were acknowledged, by id. */
  readonly orders: Map<string, { totalMinor: number; personId: string }>
  /** Tips by id, with their coins; payouts by id, with their amount; refunds by their reason. */
  readonly tips: Map<string, number>
  readonly payouts: Map<string, number>
  readonly refunds: Set<string>
  /** What each key was given: the id of what came of it. */
  readonly givenTo: Map<string, string>
  /** Keys that were given one thing and another later, and denials of what was acknowledged. */
  readonly contradictions: string[]
  /** What was done, by name. */
  readonly done: Map<string, number>
}

export const noPromises = (): Promises => ({
  orders: new Map(),
  tips: new Map(),
  payouts: new Map(),
  refunds: new Set(),
  givenTo: new Map(),
  contradictions: [],
  done: new Map(),
})

const ANSWER_WITHIN_MS = 6000
const TRIES = 200
const problem = z.object({ code: z.string() })
const visit = z.object({ orderTicket: z.string() })

/** Refusals that say nothing about what was asked: it is asked again, with the same key. */
const AGAIN = new Set(['too_many_requests', 'unavailable', 'internal'])

/** What nobody may hear who is signed in, asks for what they were shown, and repeats themselves word for word. */
const DENIALS = new Set([
  'not_found',
  'not_signed_in',
  'forbidden',
  'idempotency_key_reused',
  'invalid_input',
])

export interface Question {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  path: string
  body?: object
  /** Of what must happen once, however often it is asked. */
  key?: string
  /** Where the answer has the id of what came of a key; the key has it for good. */
  idOf?(answer: unknown): string
}

/** The answer's body; null where there was a refusal, which is the answer too, or none at all. */
export type Ask = (question: Question) => Promise<unknown>

/**
 * Somebody who is signed in and asks any of the servers until there is an answer: whoever's connection broke does not
 * know what became of it, and asks again, the next server.
 */
export function asker(shop: Shop, token: string, promises: Promises, random: Random): Ask {
  let server = random.int(0, shop.urls.length - 1)
  return async (question) => {
    for (let tries = 0; tries < TRIES; tries++) {
      const answer = await once(shop, server, token, question)
      if (answer !== null && codeOf(answer.body) === 'order_ticket_needed') {
        count(promises, 'order_ticket_needed')
        await enter(shop, server, token) // said at the door: nothing has happened yet
        continue
      }
      if (answer === null || (answer.status >= 429 && AGAIN.has(codeOf(answer.body)))) {
        count(promises, answer === null ? 'no answer' : codeOf(answer.body))
        server = (server + 1) % shop.urls.length
        await wait(100)
        continue
      }
      const { method, path } = question
      const refused = answer.status >= 400
      count(promises, `${method} ${path.replace(ID, ':id')} ${refused ? codeOf(answer.body) : 'ok'}`)
      remember(promises, question, answer)
      return refused ? null : answer.body
    }
    count(promises, 'given up')
    return null
  }
}

const ID = /\b[a-z]{3}_\w+/g

/** Who was given something under a key has it for good. A refusal lasts as long as one life of Redis. */
function remember(promises: Promises, question: Question, answer: Answer): void {
  const { key, idOf, method, path } = question
  const refused = answer.status >= 400
  if (refused && DENIALS.has(codeOf(answer.body)))
    promises.contradictions.push(`${method} ${path}: ${JSON.stringify(answer.body)} to who was shown it`)
  if (key === undefined || !idOf) return
  const told = refused ? codeOf(answer.body) : idOf(answer.body)
  const before = promises.givenTo.get(key)
  if (before !== undefined && before !== told) promises.contradictions.push(`${key}: ${before}, then ${told}`)
  if (!refused) promises.givenTo.set(key, told)
}

interface Answer {
  status: number
  body: unknown
}

/** Enters the show, as a player does, for a ticket to its flash sales. */
async function enter(shop: Shop, server: number, token: string): Promise<void> {
  const answer = await once(shop, server, token, { method: 'POST', path: `/shows/${shop.showId}/visits` })
  const entered = visit.safeParse(answer?.body)
  if (entered.success) shop.orderTickets.set(token, entered.data.orderTicket)
  else await wait(100)
}

async function once(
  shop: Shop,
  server: number,
  token: string,
  { method, path, key, body }: Question,
): Promise<Answer | null> {
  try {
    const response = await fetch(`${shop.urls[server]}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(key ? { 'idempotency-key': key } : {}),
        'order-ticket': shop.orderTickets.get(token) ?? '',
      },
      body: method === 'GET' ? null : JSON.stringify(body ?? {}),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    const said: unknown = response.status === 204 ? null : await response.json()
    return { status: response.status, body: said }
  } catch {
    return null
  }
}

const codeOf = (body: unknown): string => problem.safeParse(body).data?.code ?? 'unreadable'

function count({ done }: Promises, what: string): void {
  done.set(what, (done.get(what) ?? 0) + 1)
}
