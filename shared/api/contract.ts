import { z } from 'zod'
import type { ErrorCode } from '../errors.ts'
import type { Scope } from '../scopes.ts'

/**
 * Who may call a route. `anyone`: no session needed · `visitor`: a person or a guest · `person`: not a guest ·
 * `operator`: of the deployment · a scope: a member of the tenant in the path whose role holds it.
 */
export type Who = 'anyone' | 'visitor' | 'person' | 'operator' | Scope

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * What a route promises, without its code: the server attaches a handler, OpenAPI and the clients' types are made
 * from it. `errors` lists what this route can refuse of its own; what the edge refuses for all routes of its kind (input,
 * body, key, who may call, an address with nothing behind it) is added to the document.
 */
export interface Contract {
  readonly method: Method
  /** With `:name` segments; the server puts `/api/v1` before it. */
  readonly path: string
  readonly summary: string
  readonly tag: string
  readonly who: Who
  /**
   * May also be called with the session of an embedded player, which is good for one merchant's shows and orders and
   * nothing else. Left out it may not (`own_page_needed`), which is right for whatever is about money, staff or a
   * person's account. Ids of shows and orders in the path or the body are checked against the embed's merchant.
   */
  readonly embed?: true
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** Takes a file as its body, of one of these content types, in place of JSON. */
  readonly upload?: { readonly types: readonly string[]; readonly bytesMax: number }
  readonly output: z.ZodType
  /** The status of success: 200 unless told. */
  readonly status?: 200 | 201 | 202 | 204
  /** Asks for an Idempotency-Key header: the same key gives the same answer. */
  readonly idempotent?: true
  /** Reads an Order-Ticket header: proof of being in the show, which flash sales ask for. */
  readonly orderTicket?: true
  readonly errors?: readonly ErrorCode[]
}

/** Keeps the literal types of a contract, so that clients can call it by `METHOD path`. */
export function contract<const C extends Contract>(definition: C): C {
  return definition
}

export const id = z.string().min(1).max(64)
export const timeMs = z.int().positive().describe('Milliseconds since 1970, server clock')
export const amountMinor = z.int().min(0).max(1_000_000_000).describe('Minor units of the currency')
export const title = z.string().trim().min(1).max(120)
export const nothing = z.null()

/** Newest first; `next` is handed back as `after` for the following page, null on the last. */
export const page = z.object({
  after: id.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
})
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: id.nullable() })
