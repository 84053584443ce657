import uWS from 'uWebSockets.js'
import { fileURLToPath } from 'node:url'
import { contracts } from '@shelfcast/shared/api/all.ts'
import { accountRoutes, ownAccountRoutes } from './accounts/index.ts'
import { battleRoutes } from './battles/index.ts'
import { buyerRoutes } from './buyers/index.ts'
import { catalogRoutes } from './catalog/index.ts'
import { chatRoutes } from './chat/index.ts'
import { coHostRoutes } from './cohosts/index.ts'
import type { Config } from './config.ts'
import { createDomains, type Domains } from './domains.ts'
import { API_ROOT, type ApiDeps, mountApi, mountFallback, mountRaw } from './edge/http/api.ts'
import { openApiRoutes } from './edge/http/openapi.ts'
import { createHttpMetrics, isOwnMachine, operationRoutes } from './edge/http/operations.ts'
import { createPages, type Pages } from './edge/http/pages.ts'
import { UnderWay } from './edge/http/under-way.ts'
import { listen } from './edge/listen.ts'
import { mountRooms } from './edge/rooms/index.ts'
import { mountStudio, tellDesks } from './edge/studio/index.ts'
import { embedRoutes } from './embed/index.ts'
import { factRoutes } from './facts/index.ts'
import { feeRoutes } from './fees/index.ts'
import { hlsRoutes } from './hls/index.ts'
import { systemClock } from './kernel/clock.ts'
import type { Log } from './kernel/log.ts'
import type { RawRoute, Route } from './kernel/route.ts'
import { mailRoutes } from './mail/index.ts'
import { calendarRoutes, noticeRoutes } from './notices/index.ts'
import { operatorRoutes } from './operator/index.ts'
import { createEntry, orderRoutes } from './orders/index.ts'
import { paymentRawRoutes, paymentRoutes } from './payments/index.ts'
import { payoutRoutes } from './payouts/index.ts'
import { mediaRoutes, pictureRoutes } from './pictures/index.ts'
import { promotionRoutes } from './promotions/index.ts'
import { recordingFiles, recordingRoutes } from './recordings/index.ts'
import { roomRoutes } from './rooms/index.ts'
import { shippingRoutes } from './shipping/index.ts'
import { showRoutes, visitRoutes } from './shows/index.ts'
import { streamKeyRoutes, whepRoutes, whipRoutes } from './stage/index.ts'
import { tipRoutes } from './tips/index.ts'

export interface App {
  /** Where it listens, for those on this machine; browsers use `config.publicUrl`. */
  readonly url: string
  readonly domains: Domains
  readonly log: Log
  /** Moves viewers away, finishes what is under way, closes everything. Idempotent. */
  close(): Promise<void>
}

const DIST = fileURLToPath(new URL('../../client/dist', import.meta.url))

/** The edges on one uWebSockets app, over all domains. */
export async function startApp(config: Config): Promise<App> {
  const server = uWS.App()
  const domains = createDomains(config, (topic, frame) => {
    server.publish(topic, frame)
  })
  const { log } = domains
  const underWay = new UnderWay()
  const http: ApiDeps = {
    actorOf: domains.accounts.sessions.actorOf,
    publicUrl: config.publicUrl,
    trustProxy: config.trustProxy,
    sessionMs: config.limits.accounts.sessionMs,
    deviceMs: config.limits.accounts.deviceMs,
    limits: config.limits.http,
    log,
    metrics: createHttpMetrics(domains.metrics),
    underWay,
  }

  const routes = apiRoutes(domains, config)
  const pages = pagesOf(domains, config)
  const raw = rawRoutes(domains, config, underWay, pages)
  const rooms = mountRooms(server, {
    ...domains,
    clock: systemClock,
    publicUrl: config.publicUrl,
    allowedOrigins: async (tenantId) => (await domains.accounts.tenants.get(tenantId)).allowedOrigins,
    sources: domains,
    limits: config.limits.rooms,
  })
  const studio = mountStudio(server, {
    actorOf: domains.accounts.sessions.actorOf,
    stage: domains.stage,
    coHosts: domains.coHosts,
    battles: domains.battles,
    view: domains.shows.view,
    desk: deskSources(domains),
    publicUrl: config.publicUrl,
    limits: config.limits.studio,
    log,
  })
  await tellDesks({
    ...domains,
    desk: studio.desk,
    order: domains.orders.forMerchant,
    tipCoins: deskSources(domains).tipCoins,
  })
  const tenantOf = {
    showId: async (id: string) => (await domains.shows.find(id))?.tenantId ?? null,
    orderId: domains.orders.tenantOf,
    saleId: domains.promotions.tenantOf,
  }
  mountApi(server, routes, { ...http, tenantOf })
  mountRaw(server, raw, http)
  const paths = [...contracts.map(({ method, path }) => ({ method, path: API_ROOT + path })), ...raw]
  mountFallback(server, paths, http, pages.nowhere)

  await domains.start()
  const listening = await listen(server, config)

  let closing: Promise<void> | null = null
  async function closeAll(): Promise<void> {
    listening.stop()
    underWay.drain()
    await rooms.close()
    await studio.close()
    const unfinished = await underWay.finish(config.limits.http.drainMsMax)
    if (unfinished > 0) log.warn({ unfinished }, 'stopping with requests under way')
    await domains.close()
    server.close()
  }
  return {
    url: `http://localhost:${config.port}`,
    domains,
    log,
    close() {
      closing ??= closeAll()
      return closing
    },
  }
}

/** The route table: every contract of the API with its handler. @throws an Error that names a contract without one */
function apiRoutes(domains: Domains, { publicUrl }: Config): Route[] {
  const routes = [
    ...accountRoutes(domains.accounts),
    ...ownAccountRoutes(domains.accounts),
    ...buyerRoutes(domains),
    ...embedRoutes(domains.embed),
    ...catalogRoutes({ products: domains.products, adjustStock: domains.stock.adjust }),
    ...pictureRoutes(domains.pictures),
    ...shippingRoutes(domains.shipping),
    ...feeRoutes(domains.fees),
    ...showRoutes(domains.shows),
    ...visitRoutes({
      ...domains,
      hasBought: domains.orders.hasBought,
      isBanned: domains.chat.isBanned,
      iceServers: domains.stage.iceServersFor,
      paymentProviders: domains.payments.providersFor,
    }),
    ...coHostRoutes(domains),
    ...battleRoutes(domains),
    ...streamKeyRoutes({ ...domains, publicUrl }),
    ...recordingRoutes(domains.recordings),
    ...roomRoutes(domains),
    ...chatRoutes(domains.chat),
    ...promotionRoutes(domains),
    ...orderRoutes(
      domains.orders,
      domains.payments.providersFor,
      createEntry({ tickets: domains.tickets, isBannedFrom: domains.chat.isBannedFrom }),
    ),
    ...noticeRoutes(domains.notices),
    ...paymentRoutes(domains.payments),
    ...payoutRoutes(domains.payouts),
    ...operatorRoutes(domains.deadLetters, domains.stock),
    ...tipRoutes(domains),
    ...factRoutes({ ...domains, tenants: domains.accounts.tenants }),
  ]
  const served = new Set(routes.map(({ contract }) => contract))
  const missing = contracts.filter((contract) => !served.has(contract))
  if (missing.length > 0) {
    throw new Error(`no handler for ${missing.map(({ method, path }) => `${method} ${path}`).join(', ')}`)
  }
  return routes
}

function rawRoutes(domains: Domains, config: Config, underWay: UnderWay, pages: Pages): RawRoute[] {
  return [
    ...operationRoutes({
      metrics: domains.metrics,
      metricsToken: config.metricsToken,
      checks: { postgres: () => domains.db.sql`select 1`, redis: () => domains.redis.ping() },
      isDraining: () => underWay.isDraining,
    }),
    ...openApiRoutes(contracts),
    ...whepRoutes(domains),
    ...whipRoutes(domains),
    ...hlsRoutes(domains),
    ...paymentRawRoutes({ ...domains, limits: config.limits.payments }),
    ...mediaRoutes(domains.pictures),
    ...recordingFiles({ ...domains.recordings, storage: domains.storage }),
    ...calendarRoutes(domains.shows, config.publicUrl),
    ...outboxPage(domains, config),
    ...pages.routes,
  ]
}

const pagesOf = (domains: Domains, config: Config): Pages =>
  createPages({
    distFolder: DIST,
    publicUrl: config.publicUrl,
    embedOrigins: domains.embed.originsOf,
    setupOpen: domains.accounts.setup.open,
    shareCard: (showId) => shareCardOf(domains, showId),
    demo: config.demo ? (config.ffmpegBin ? 'film' : 'waits') : null,
  })

async function shareCardOf({ shows, accounts }: Domains, showId: string) {
  const show = await shows.find(showId)
  if (!show) return null
  const { title, description, coverUrl } = show
  return { title, description, coverUrl, merchant: (await accounts.tenants.get(show.tenantId)).name }
}

/** The mails of a demo without a mail server; production has no such page. */
function outboxPage({ mail, accounts }: Domains, { demo, env }: Config): RawRoute[] {
  if (!demo || env === 'production' || !mail.kept) return []
  return mailRoutes(
    mail.kept,
    async (request) =>
      isOwnMachine(request) || (await accounts.sessions.actorOf(request.sessionToken))?.operator === true,
  )
}

const DESK_ORDERS = 50

function deskSources(domains: Domains) {
  return {
    show: domains.shows.get,
    recentOrders: async (tenantId: string, showId: string) =>
      (await domains.orders.listForMerchant(tenantId, { showId, limit: DESK_ORDERS })).items,
    tipCoins: async (tenantId: string, showId: string) =>
      (await domains.tips.earnings(tenantId, showId)).coins,
  }
}
