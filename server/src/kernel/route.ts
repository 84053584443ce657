import type { Contract } from '@shelfcast/shared/api/contract.ts'
import type { z } from 'zod'
import type { Actor } from './actor.ts'

type Parsed<C, K extends 'params' | 'query' | 'body'> = C extends { [P in K]: infer S extends z.ZodType }
  ? z.output<S>
  : undefined

type ActorFor<C extends Contract> = C['who'] extends 'anyone' ? Actor | null : Actor

/** What a handler gets: parsed input, and who asks. */
export interface Call<C extends Contract> {
  readonly params: Parsed<C, 'params'>
  readonly query: Parsed<C, 'query'>
  readonly body: Parsed<C, 'body'>
  /** The file that came, for contracts with `upload`; what it says it is has not been looked at. */
  readonly file: C extends { upload: object } ? Buffer : undefined
  readonly actor: ActorFor<C>
  readonly request: RequestFacts
  /** Given for contracts with `idempotent`. */
  readonly idempotencyKey: C extends { idempotent: true } ? string : undefined
  /** The Order-Ticket that came, unchecked; null without one. */
  readonly orderTicket: C extends { orderTicket: true } ? string | null : undefined
  /** Sets the session cookie on the answer, or clears it with null. */
  setSession(token: string | null): void
}

export interface RequestFacts {
  readonly id: string
  readonly ip: string
  /** The session token that came with the request, if any. */
  readonly sessionToken: string | null
  /** Of the browser: what its cookie says, or for one without it a new one, to be set with its session. */
  readonly deviceId: string
  /** What our pages ask in, or the first language of the browser that we have. */
  readonly language: 'en' | 'zh-CN'
  readonly userAgent: string
}

/** A contract with its handler: the row of the route table. */
export interface Route {
  readonly contract: Contract
  readonly handler: (call: never) => Promise<unknown>
}

/** Ties a handler to its contract, with types both ways. */
export function handle<C extends Contract>(
  contract: C,
  handler: (call: Call<C>) => Promise<z.input<C['output']>>,
): Route {
  return { contract, handler }
}

/**
 * A route beside the API: pages, WHEP, webhooks. It reads the raw body (bounded) and answers what it likes; the edge
 * still gives it limits, safe headers, error documents and a log line.
 */
export interface RawRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'OPTIONS'
  /** With `:name` segments, from the root. */
  readonly path: string
  readonly bodyBytesMax: number
  readonly handler: (request: RawRequest) => Promise<RawResponse>
}

export interface RawRequest extends RequestFacts {
  readonly params: Record<string, string>
  readonly query: URLSearchParams
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

export interface RawResponse {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: string | Buffer
}

/** The token of RFC 6750, section 2.1. */
export const bearerOf = ({ headers }: Pick<RawRequest, 'headers'>): string | null =>
  /^Bearer (\S+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? null
