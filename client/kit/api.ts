import type { Api, Input, Output } from '@shelfcast/shared/api/index.ts'
import type { ErrorCode, Problem } from '@shelfcast/shared/errors.ts'
import { language } from './i18n.ts'

/** The typed client of our HTTP API. Types come from the contracts; at run time this is a thin `fetch`. */

const ROOT = '/api/v1'
const TIMEOUT_MS = 15_000
/** How often a GET is tried in all. Writes are never repeated here: who calls knows whether that is safe. */
const GET_TRIES = 3
const RETRY_WAIT_MS_MAX = 5_000

/** Routes that take a file; `upload` of upload.ts calls them. */
export type UploadRoute = { [R in keyof Api]: Api[R] extends { upload: object } ? R : never }[keyof Api]
export type RouteName = Exclude<keyof Api, UploadRoute>
export type Answer<R extends keyof Api> = Output<Api[R]>

type Required_<C, K extends 'params' | 'query' | 'body'> =
  Input<C, K> extends undefined
    ? { [P in K]?: undefined }
    : Record<string, never> extends Input<C, K>
      ? { [P in K]?: Input<C, K> }
      : { [P in K]: Input<C, K> }
type Key<C> = (C extends { idempotent: true } ? { idempotencyKey: string } : { idempotencyKey?: undefined }) &
  (C extends { orderTicket: true } ? { orderTicket?: string | undefined } : { orderTicket?: undefined })

/** What a route takes, as its contract says. */
export type CallInput<R extends RouteName> = Required_<Api[R], 'params'> &
  Required_<Api[R], 'query'> &
  Required_<Api[R], 'body'> &
  Key<Api[R]> & { signal?: AbortSignal; keepalive?: boolean }

type CallArguments<R extends RouteName> =
  Record<string, never> extends CallInput<R> ? [input?: CallInput<R>] : [input: CallInput<R>]

/** The server said no: `problem.code` is a code of the catalogue, `errorText` has the words for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly problem: Problem
  readonly retryAfterMs: number | null

  constructor(problem: Problem, retryAfterMs: number | null = null) {
    super(problem.detail ?? problem.title)
    this.problem = problem
    this.retryAfterMs = retryAfterMs
  }
}

/** The code a refusal carries, or null when there was no answer. */
export function codeOf(error: unknown): ErrorCode | null {
  return error instanceof ApiError ? error.problem.code : null
}

/** No answer came: the network is gone, or it took longer than 15 s. A write may or may not have happened. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError'
}

/** Who speaks for this page where its cookie does not: an embed, by a bearer session. */
export interface Speaker {
  token(): Promise<string>
  /** Another token, after this one was refused. */
  renew(refused: string): Promise<string>
}

let speaker: Speaker | null = null

/** From here on every call is made by this session, and none by the cookie. */
export function speakBy(next: Speaker): void {
  speaker = next
}

/**
 * Calls a route, e.g. `call('GET /orders/:orderId', { params: { orderId } })`.
 * @throws ApiError when the server refuses, NetworkError when no answer came, AbortError when `signal` aborts.
 */
export async function call<R extends RouteName>(route: R, ...input: CallArguments<R>): Promise<Answer<R>> {
  if (!speaker) return callAs(null, route, ...input)
  const token = await speaker.token()
  try {
    return await callAs(token, route, ...input)
  } catch (error) {
    if (codeOf(error) !== 'not_signed_in') throw error
    return callAs(await speaker.renew(token), route, ...input) // refused at the door: nothing has happened yet
  }
}

/** The same with this bearer token, or with none. @throws as `call` */
export async function callAs<R extends RouteName>(
  token: string | null,
  route: R,
  ...[input]: CallArguments<R>
): Promise<Answer<R>> {
  const [method, path] = route.split(' ') as [string, string] // the type of RouteName says so
  const request = requestOf(method, path, input ?? {}, token)
  const tries = method === 'GET' ? GET_TRIES : 1
  for (let done = 1; ; done++) {
    try {
      // The one place where an answer is trusted without a parse: it is our own server's, which cut it to the
      // contract's schema, and the schemas would cost the player 18 kB.
      return (await send(request, input?.signal)) as Answer<R>
    } catch (error) {
      if (done >= tries || !worthRetrying(error)) throw error
      await wait(waitMs(error, done))
    }
  }
}

interface AnyInput {
  params?: Record<string, string> | undefined
  query?: Record<string, unknown> | undefined
  body?: unknown
  idempotencyKey?: string | undefined
  orderTicket?: string | undefined
  /** Goes on when the page is left; then the body may have 64 kB at most. */
  keepalive?: boolean | undefined
}

function requestOf(
  method: string,
  path: string,
  input: AnyInput,
  token: string | null,
): { url: string; init: RequestInit } {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(input.query ?? {})) {
    if (value !== undefined) query.set(name, String(value))
  }
  const headers = new Headers({ Accept: 'application/json', 'Accept-Language': language.peek() })
  if (input.body !== undefined) headers.set('Content-Type', 'application/json')
  if (input.idempotencyKey !== undefined) headers.set('Idempotency-Key', input.idempotencyKey)
  if (input.orderTicket !== undefined) headers.set('Order-Ticket', input.orderTicket)
  if (token !== null) headers.set('Authorization', `Bearer ${token}`)
  return {
    url: urlOf(path, input.params ?? {}) + (query.size > 0 ? `?${query}` : ''),
    init: {
      method,
      headers,
      keepalive: input.keepalive === true,
      credentials: speaker ? 'omit' : 'same-origin',
      ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
    },
  }
}

/** Where a route is, with its `:name` segments filled. */
export const urlOf = (path: string, params: Record<string, string>): string =>
  ROOT + path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))

async function send(request: { url: string; init: RequestInit }, signal?: AbortSignal): Promise<unknown> {
  const either = new AbortController()
  const abort = () => either.abort()
  const timer = setTimeout(abort, TIMEOUT_MS)
  signal?.addEventListener('abort', abort)
  let response: Response
  let text: string
  try {
    response = await fetch(request.url, { ...request.init, signal: either.signal })
    text = await response.text()
  } catch (error) {
    if (signal?.aborted) throw error
    throw new NetworkError('No answer from the server', { cause: error })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
  const body = parseJson(text)
  if (response.ok) return body
  throw refusalOf(body, response.status, response.headers.get('Retry-After'))
}

/** What the server said that was no success. */
export const refusalOf = (body: unknown, status: number, retryAfter: string | null): ApiError =>
  new ApiError(problemOf(body, status), retryAfterMs(retryAfter))

export function parseJson(text: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return undefined // a proxy's error page, say
  }
}

function problemOf(body: unknown, status: number): Problem {
  if (typeof body === 'object' && body !== null && 'code' in body) return body as Problem // as above: our own server's
  const code = status === 404 ? 'not_found' : status === 429 ? 'too_many_requests' : 'unavailable'
  return { type: 'about:blank', title: `HTTP ${status}`, status, code, retry: status >= 500 }
}

function retryAfterMs(header: string | null): number | null {
  const seconds = Number(header ?? Number.NaN)
  return Number.isFinite(seconds) ? seconds * 1000 : null
}

const worthRetrying = (error: unknown): boolean =>
  error instanceof NetworkError ||
  (error instanceof ApiError && error.problem.retry && (error.retryAfterMs ?? 0) <= RETRY_WAIT_MS_MAX)

function waitMs(error: unknown, done: number): number {
  const asked = error instanceof ApiError ? error.retryAfterMs : null
  return asked ?? 300 * 2 ** done * (0.5 + Math.random())
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
