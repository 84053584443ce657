import type { HttpRequest, HttpResponse, TemplatedApp } from 'uWebSockets.js'
import { ERRORS } from '@shelfcast/shared/errors.ts'
import type { z } from 'zod'
import type { Limits } from '../../config.ts'
import type { Actor } from '../../kernel/actor.ts'
import { Fault, invalidInput, toProblem } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'
import type { RawRoute, Route } from '../../kernel/route.ts'
import { assertOwnOrigin, authorise } from './authorise.ts'
import { assertConfinable, confine, type TenantOf } from './confine.ts'
import { type Answer, Exchange, type Incoming, readIncoming } from './exchange.ts'
import type { HttpMetrics } from './operations.ts'
import type { UnderWay } from './under-way.ts'
import { createUploads, type Uploads } from './uploads.ts'

export const API_ROOT = '/api/v1'

export interface ApiDeps {
  actorOf(sessionToken: string | null, carrier: 'cookie' | 'bearer'): Promise<Actor | null>
  publicUrl: string
  trustProxy: boolean
  sessionMs: number
  deviceMs: number
  limits: Limits['http']
  log: Log
  metrics: HttpMetrics
  underWay: UnderWay
}

/** What the route table needs besides. */
interface RouteDeps extends ApiDeps {
  tenantOf: TenantOf
}

const JSON_HEADERS = {
  'Content-Type': 'application/json; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
}

const UWS_METHOD = {
  GET: 'get',
  POST: 'post',
  PUT: 'put',
  PATCH: 'patch',
  DELETE: 'del',
  OPTIONS: 'options',
} as const

/** Another server, or this one after its restart, will have begun by then. */
const AGAIN_MS = 1000

type Handler = (response: HttpResponse, request: HttpRequest) => Promise<void>

/** What answers GET answers HEAD. */
function mount(app: TemplatedApp, method: keyof typeof UWS_METHOD, path: string, handler: Handler): void {
  app[UWS_METHOD[method]](path, handler)
  if (method === 'GET') app.head(path, handler)
}

/** Puts the route table on the app: `/api/v1` plus each contract's path. */
export function mountApi(app: TemplatedApp, routes: readonly Route[], api: RouteDeps): void {
  const deps = { ...api, uploads: createUploads(api.limits) }
  for (const route of routes) {
    const { method, path } = route.contract
    assertConfinable(route.contract, deps.tenantOf)
    const place = placeOf(path)
    mount(app, method, API_ROOT + path, (response, request) =>
      serve(response, request, place, deps, async (incoming, exchange) =>
        callRoute(route, incoming, exchange, deps),
      ),
    )
  }
}

/** Puts the routes beside the API on the app. */
export function mountRaw(app: TemplatedApp, routes: readonly RawRoute[], deps: ApiDeps): void {
  for (const route of routes) {
    const place = placeOf(route.path)
    mount(app, route.method, route.path, (response, request) =>
      serve(response, request, place, deps, async (incoming, exchange) => {
        const body = hasBody(incoming.method)
          ? await exchange.body(route.bodyBytesMax, incoming, deps.limits).read()
          : Buffer.alloc(0)
        return route.handler({ ...incoming, body })
      }),
    )
  }
}

/** Everything else under an address that has other methods; `nowhere` answers where there is none at all. */
export function mountFallback(
  app: TemplatedApp,
  contracts: readonly { method: string; path: string }[],
  deps: ApiDeps,
  nowhere: RawRoute['handler'] = notFound,
): void {
  const methodsOf = new Map<string, string[]>()
  for (const { method, path } of contracts) methodsOf.set(path, [...(methodsOf.get(path) ?? []), method])
  for (const [path, methods] of methodsOf) {
    const place = placeOf(path)
    app.any(path, (response, request) =>
      serve(response, request, place, deps, () => {
        throw new Fault('method_not_allowed', { extra: { allow: methods } })
      }),
    )
  }
  // Whoever calls the API is no person at a browser, whatever it accepts.
  const inApi = placeOf(`${API_ROOT}/*`)
  app.any(inApi.pattern, (response, request) => serve(response, request, inApi, deps, notFound))
  const anywhere = placeOf('/*')
  app.any('/*', (response, request) =>
    serve(response, request, anywhere, deps, (incoming) =>
      (incoming.method === 'GET' ? nowhere : notFound)({ ...incoming, body: Buffer.alloc(0) }),
    ),
  )
}

async function notFound(): Promise<never> {
  throw new Fault('not_found')
}

/** A route's pattern, and what it names: `/shows/:showId` names `showId`. */
interface Place {
  pattern: string
  paramNames: readonly string[]
}

const placeOf = (pattern: string): Place => ({
  pattern,
  paramNames: [...pattern.matchAll(/:(\w+)/g)].map((match) => match[1]!),
})

type Work = (incoming: Incoming, exchange: Exchange) => Promise<Answer>

/** Runs `work` and answers what it gives or throws; counts and logs the request. */
async function serve(
  response: HttpResponse,
  request: HttpRequest,
  { pattern, paramNames }: Place,
  deps: ApiDeps,
  work: Work,
): Promise<void> {
  const { underWay } = deps
  const startedAt = performance.now()
  const exchange = new Exchange(response, request.getMethod())
  const incoming = readIncoming(request, response, paramNames, deps.trustProxy)
  underWay.begin()
  let answer: Answer
  try {
    if (underWay.isRefusing) throw new Fault('unavailable', { retryAfterMs: AGAIN_MS })
    answer = await work(incoming, exchange)
  } catch (error) {
    if (exchange.aborted) return // nobody is there to be told
    if (!(error instanceof Fault))
      deps.log.error({ err: error, requestId: incoming.id, route: pattern }, 'request failed')
    answer = problemAnswer(error, incoming.id)
  } finally {
    underWay.end()
  }
  if (underWay.isDraining) exchange.send(answer, true)
  else exchange.send(answer)
  const ms = performance.now() - startedAt
  deps.metrics.observe(incoming.method, pattern, answer.status, ms)
  deps.log.debug(
    {
      requestId: incoming.id,
      method: incoming.method,
      route: pattern,
      status: answer.status,
      ms: Math.round(ms),
    },
    'request',
  )
}

async function callRoute(
  route: Route,
  incoming: Incoming,
  exchange: Exchange,
  deps: RouteDeps & { uploads: Uploads },
): Promise<Answer> {
  const { contract } = route
  const { upload } = contract
  const coming = hasBody(incoming.method)
    ? exchange.body(upload?.bytesMax ?? deps.limits.bodyBytesMax, incoming, deps.limits)
    : null
  if (upload) coming?.hold() // a file is let in only after its sender
  const reading = upload ? null : coming?.read()
  const actor = await actorOf(incoming, deps)
  const raw = (await reading) ?? Buffer.alloc(0)
  assertOwnOrigin(incoming, actor, deps.publicUrl)
  authorise(contract, actor, incoming.params.tenantId)
  const cookies: string[] = []
  const params = contract.params && parseText(contract.params, incoming.params)
  const query = contract.query && parseText(contract.query, Object.fromEntries(incoming.query))
  const asked = contract.body && parse(contract.body, parseJson(raw, incoming.headers.get('content-type')))
  if (actor) await confine(actor, [params, asked], deps.tenantOf)
  // Spelled out: V8 is slow where members are added to what was spread.
  const call = {
    params,
    query,
    body: asked,
    file: upload && coming && (await deps.uploads.read(upload, incoming, coming)),
    actor,
    request: incoming,
    idempotencyKey: contract.idempotent && idempotencyKey(incoming),
    orderTicket: contract.orderTicket && (incoming.headers.get('order-ticket') ?? null),
    setSession: (token: string | null) => {
      if (actor?.embed) return // a cookie says nothing of an embed's session
      cookies.push(cookie('sid', token ?? '', token === null ? 0 : deps.sessionMs, deps))
      if (token !== null && !incoming.deviceKnown) {
        cookies.push(cookie('did', incoming.deviceId, deps.deviceMs, deps))
      }
    },
  }
  const result = await route.handler(call as never)
  const output = contract.output.parse(result) // also cuts off what the contract does not promise
  const status = contract.status ?? 200
  if (status === 204) return { status, headers: JSON_HEADERS, cookies }
  return { status, headers: JSON_HEADERS, cookies, body: JSON.stringify(output) }
}

/** @throws Fault `not_signed_in` for a bearer token that is none: who sends one does not mean to come as nobody */
async function actorOf(incoming: Incoming, deps: ApiDeps): Promise<Actor | null> {
  const actor = await deps.actorOf(incoming.sessionToken, incoming.byCookie ? 'cookie' : 'bearer')
  if (!actor && !incoming.byCookie) throw new Fault('not_signed_in')
  return actor
}

const hasBody = (method: string): boolean => method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS'

function parse(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value)
  if (!result.success) throw invalidInput(result.error)
  return result.data
}

/** What a URL holds. @throws Fault `invalid_input` for text that Postgres cannot keep */
function parseText(schema: z.ZodType, values: Record<string, string>): unknown {
  for (const [name, value] of Object.entries(values)) assertText(name, value)
  return parse(schema, values)
}

/** Postgres keeps neither NUL nor half a surrogate pair: one of them would fail there, with others in its batch. */
function assertText(path: string, value: string): void {
  if (value.includes('\0') || !value.isWellFormed()) {
    throw new Fault('invalid_input', { issues: [{ path, message: 'text without NUL and lone surrogates' }] })
  }
}

function parseJson(raw: Buffer, contentType: string | undefined): unknown {
  if (raw.length === 0) return {}
  if (!/^application\/json\b/i.test(contentType ?? '')) throw new Fault('unsupported_media_type')
  try {
    const text = raw.toString('utf8')
    // Without an escape by number there is neither NUL nor half a pair in it: JSON forbids the one, UTF-8 the other.
    return text.includes('\\u') ? JSON.parse(text, assertMember) : JSON.parse(text)
  } catch (error) {
    throw error instanceof Fault ? error : new Fault('bad_json')
  }
}

function assertMember(name: string, value: unknown): unknown {
  assertText(name, name)
  if (typeof value === 'string') assertText(name, value)
  return value
}

function idempotencyKey(incoming: Incoming): string {
  const key = incoming.headers.get('idempotency-key') ?? ''
  if (!/^[\x21-\x7e]{8,128}$/.test(key)) throw new Fault('idempotency_key_missing')
  return key
}

function cookie(name: 'sid' | 'did', value: string, lifeMs: number, { publicUrl }: ApiDeps): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : ''
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${Math.floor(lifeMs / 1000)}${secure}`
}

function problemAnswer(error: unknown, requestId: string): Answer {
  const problem = toProblem(error)
  const more = error instanceof Fault ? error.more : {}
  const allow =
    problem.code === 'method_not_allowed' ? (more.extra?.allow as string[] | undefined) : undefined
  return {
    status: ERRORS[problem.code].status,
    headers: {
      ...JSON_HEADERS,
      'Content-Type': 'application/problem+json',
      ...(more.retryAfterMs === undefined
        ? {}
        : { 'Retry-After': String(Math.ceil(more.retryAfterMs / 1000)) }),
      ...(allow ? { Allow: allow.join(', ') } : {}),
    },
    body: JSON.stringify({ ...problem, instance: `urn:shelfcast:request:${requestId}` }),
  }
}
