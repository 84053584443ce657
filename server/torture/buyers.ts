import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { SANDBOX_CHOICES } from '../src/payments/sandbox/choices.ts'
import { ADDRESS } from '../test/address.ts'
import type { Bank } from './bank.ts'
import type { Random } from './random.ts'
import type { Shop } from './shop.ts'

/** A refund that is refused for good waits for a person, and here is none. */
const CHOICES = SANDBOX_CHOICES.filter((choice) => choice !== 'no_refunds')

/** What the world was told: it has to hold whatever happens afterwards. */
export interface Promises {
  /** Orders that were acknowledged, by id. */
  readonly orders: Map<string, { totalMinor: number; personId: string }>
  /** The order that each key was given. */
  readonly orderOf: Map<string, string>
  /** Keys that were given an order and something else later, or were told that there is none. */
  readonly contradictions: string[]
  /** What was done, by name. */
  readonly done: Map<string, number>
}

const ANSWER_WITHIN_MS = 6000
const order = z.object({ id: z.string(), totalMinor: z.number(), status: z.string() })
const payment = z.object({ payUrl: z.string().nullable() })
const problem = z.object({ code: z.string() })
const visit = z.object({ orderTicket: z.string() })

/** Refusals that say nothing about the order: the question is asked again, with the same key. */
const AGAIN = new Set(['too_many_requests', 'unavailable', 'internal'])

/** What nobody may hear who is signed in and asks for their own order. */
const DENIALS = new Set(['not_found', 'not_signed_in', 'forbidden'])

/** One buyer after another at this seat, until `stop`: orders, then pays, cancels or forgets. */
export async function buyAtSeat(
  shop: Shop,
  bank: Bank,
  promises: Promises,
  random: Random,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    const buyer = shop.buyers[random.int(0, shop.buyers.length - 1)]!
    const ask = asker(shop, buyer.token, promises)
    const lines = linesOf(shop, random)
    const key = `torture-${shop.nextKey()}`
    const placed =
      (await place(ask, shop, lines, key, random)) ?? (await placeFromList(ask, shop, lines, key, random))
    if (!placed) continue
    promises.orders.set(placed.id, { ...placed, personId: buyer.personId })
    await wait(random.int(0, 60))
    if (random.chance(0.6)) await pay(ask, bank, placed.id, key, random)
    if (random.chance(0.3)) await ask('POST', `/orders/${placed.id}/cancel`, `${key}-cancel`, {})
  }
}

async function place(ask: Ask, shop: Shop, lines: Lines, key: string, random: Random) {
  const body = {
    showId: shop.showId,
    lines,
    address: ADDRESS,
    expectedTotalMinor: lines.reduce((total, { quantity }) => total + quantity * shop.priceMinor, 0),
  }
  const placed = order.safeParse(await ask('POST', '/orders', key, body))
  if (random.chance(0.2)) await ask('POST', '/orders', key, body) // an impatient one
  return placed.data ?? null
}

/** Where a flash sale had nothing left: waits in its line for a while, and takes what may be offered by then. */
async function placeFromList(ask: Ask, shop: Shop, [line]: Lines, key: string, random: Random) {
  if (!line?.saleId) return null
  const path = `/shows/${shop.showId}/flash-sales/${line.saleId}/wait`
  await ask('POST', path, '', {})
  await wait(random.int(0, 2500))
  if (random.chance(0.1)) await ask('DELETE', path, '', {})
  return place(ask, shop, [{ ...line, quantity: 1, offered: true }], `${key}-offered`, random)
}

type Lines = readonly { skuId: string; quantity: number; saleId: string | null; offered?: true }[]

function linesOf(shop: Shop, random: Random): Lines {
  if (random.chance(0.4)) {
    const { skuId, saleId } = random.pick(shop.sales)
    return [{ skuId, saleId, quantity: random.int(1, 2) }]
  }
  const first = random.int(0, shop.skuIds.length - 1)
  const count = random.chance(0.25) ? 2 : 1
  return Array.from({ length: count }, (_, n) => ({
    skuId: shop.skuIds[(first + n) % shop.skuIds.length]!,
    quantity: random.int(1, 2),
    saleId: null,
  }))
}

async function pay(ask: Ask, bank: Bank, orderId: string, key: string, random: Random): Promise<void> {
  const provider = random.pick(['sandbox', 'stripe'])
  const started = payment.safeParse(
    await ask('POST', `/orders/${orderId}/payments`, `${key}-pay`, { provider }),
  )
  if (!started.success || started.data.payUrl === null) return
  if (random.chance(0.2)) await wait(random.int(0, 5000)) // some pay when it is too late
  if (provider === 'stripe') return bank.pay(started.data.payUrl, random)
  const choice = random.pick(CHOICES)
  await fetch(started.data.payUrl, {
    method: 'POST',
    body: new URLSearchParams({ choice }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  }).catch(() => {}) // the bank's page may be away too
}

type Ask = (method: string, path: string, key: string, body: object) => Promise<unknown>

/** Asks until there is an answer: whoever's connection broke does not know what became of it, and asks again. */
function asker(shop: Shop, token: string, promises: Promises): Ask {
  return async (method, path, key, body) => {
    for (let tries = 0; tries < 200; tries++) {
      const answer = await once(shop, token, method, path, key, body)
      if (answer !== null && codeOf(answer.body) === 'order_ticket_needed') {
        count(promises, 'order_ticket_needed')
        await enter(shop, token) // said at the door: nothing has happened yet
        continue
      }
      if (answer === null || (answer.status >= 429 && AGAIN.has(codeOf(answer.body)))) {
        count(promises, answer === null ? 'no answer' : codeOf(answer.body))
        await wait(100)
        continue
      }
      count(
        promises,
        `${method} ${path.replace(/ord_\w+/, ':id')} ${answer.status < 300 ? 'ok' : codeOf(answer.body)}`,
      )
      if (path === '/orders') remember(promises, key, answer)
      else if (answer.status >= 400 && DENIALS.has(codeOf(answer.body)))
        promises.contradictions.push(`${key}: ${codeOf(answer.body)} for an order that was acknowledged`)
      return answer.body
    }
    count(promises, 'given up')
    return null
  }
}

/** Who has an order under a key has it for good. A refusal lasts as long as one life of Redis. */
function remember(promises: Promises, key: string, answer: { status: number; body: unknown }): void {
  const told = answer.status < 300 ? order.parse(answer.body).id : codeOf(answer.body)
  const before = promises.orderOf.get(key)
  if (before !== undefined && before !== told) promises.contradictions.push(`${key}: ${before}, then ${told}`)
  if (answer.status < 300) promises.orderOf.set(key, told)
}

/** Enters the show, as a player does, for a ticket to its flash sales. */
async function enter(shop: Shop, token: string): Promise<void> {
  const answer = await once(shop, token, 'POST', `/shows/${shop.showId}/visits`, '', {})
  const entered = visit.safeParse(answer?.body)
  if (entered.success) shop.orderTickets.set(token, entered.data.orderTicket)
  else await wait(100)
}

async function once(shop: Shop, token: string, method: string, path: string, key: string, body: object) {
  try {
    const response = await fetch(`${shop.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(key ? { 'idempotency-key': key } : {}),
        'order-ticket': shop.orderTickets.get(token) ?? '',
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    return { status: response.status, body: (await response.json()) as unknown }
  } catch {
    return null
  }
}

const codeOf = (body: unknown): string => problem.safeParse(body).data?.code ?? 'unreadable'

function count({ done }: Promises, what: string): void {
  done.set(what, (done.get(what) ?? 0) + 1)
}

/** The merchant counts the shelves: units come and go while others buy. */
export async function keepShop(
  shop: Shop,
  promises: Promises,
  random: Random,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    await wait(random.int(50, 400))
    const path = `/tenants/${shop.tenantId}/skus/${random.pick(shop.skuIds)}/stock`
    const answer = await once(shop, shop.ownerToken, 'POST', path, '', { delta: random.int(-3, 8) })
    count(promises, `stock ${answer === null ? 'unknown' : answer.status < 300 ? 'ok' : codeOf(answer.body)}`)
  }
}
