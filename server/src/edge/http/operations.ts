import { createHash, timingSafeEqual } from 'node:crypto'
import { Counter, Histogram } from 'prom-client'
import { Fault } from '../../kernel/errors.ts'
import { inTime } from '../../kernel/in-time.ts'
import type { Metrics } from '../../kernel/metrics.ts'
import type { RawRequest, RawRoute } from '../../kernel/route.ts'

/** `/healthz` the process answers · `/readyz` what it stands on answers too · `/metrics` for Prometheus. */
export function operationRoutes(deps: {
  /** Each check throws, or takes too long, when its part is not ready. */
  checks: Record<string, () => Promise<unknown>>
  /** Whether this server is about to stop: then it is not ready for more. */
  isDraining(): boolean
  metrics: Metrics
  /** Lets others than this machine read `/metrics`. */
  metricsToken: string | null
}): RawRoute[] {
  const get = (path: string, handler: RawRoute['handler']): RawRoute => ({
    method: 'GET',
    path,
    bodyBytesMax: 0,
    handler,
  })
  return [
    get('/healthz', async () => json(200, { status: 'ok' })),
    get('/readyz', async () => {
      const parts = await Promise.all(
        Object.entries(deps.checks).map(async ([name, check]) => [name, await answersInTime(check)] as const),
      )
      const isDraining = deps.isDraining()
      const ready = !isDraining && parts.every(([, ok]) => ok)
      return json(ready ? 200 : 503, {
        status: ready ? 'ready' : isDraining ? 'draining' : 'not ready',
        parts: Object.fromEntries(parts),
      })
    }),
    get('/metrics', async (request) => {
      if (!mayReadMetrics(request, deps.metricsToken)) throw new Fault('not_found')
      return {
        status: 200,
        headers: { 'Content-Type': deps.metrics.contentType, 'Cache-Control': 'no-store' },
        body: await deps.metrics.metrics(),
      }
    }),
  ]
}

const LOOPBACK = /^(127\.|::1$|::ffff:127\.|0000:0000:0000:0000:0000:(0000:0000:0001|ffff:7f))/

/** A request that came through a proxy is not this machine's own. */
export const isOwnMachine = ({ ip, headers }: Pick<RawRequest, 'ip' | 'headers'>): boolean =>
  LOOPBACK.test(ip) && !headers.has('x-forwarded-for')

/** Figures tell how a business goes. */
function mayReadMetrics(request: RawRequest, token: string | null): boolean {
  const { sessionToken } = request
  if (token !== null && sessionToken !== null) return timingSafeEqual(digest(token), digest(sessionToken))
  return isOwnMachine(request)
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

const CHECK_MS_MAX = 2000

const answersInTime = (check: () => Promise<unknown>): Promise<boolean> =>
  inTime(check(), CHECK_MS_MAX).then(
    () => true,
    () => false,
  )

const json = (status: number, body: unknown) => ({
  status,
  headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
  body: JSON.stringify(body),
})

export type HttpMetrics = ReturnType<typeof createHttpMetrics>

export function createHttpMetrics(metrics: Metrics) {
  const seconds = new Histogram({
    name: 'shelfcast_http_seconds',
    help: 'Time from the first byte of a request to its answer',
    labelNames: ['method', 'route'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [metrics],
  })
  const answers = new Counter({
    name: 'shelfcast_http_answers_total',
    help: 'Answers by route and status',
    labelNames: ['method', 'route', 'status'] as const,
    registers: [metrics],
  })
  return {
    observe(method: string, route: string, status: number, ms: number): void {
      seconds.observe({ method, route }, ms / 1000)
      answers.inc({ method, route, status })
    },
  }
}
