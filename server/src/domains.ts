import { join } from 'node:path'
import { type Accounts, createAccounts, createTickets, type Tickets } from './accounts/index.ts'
import { type Battles, createBattles } from './battles/index.ts'
import { type Buyers, createBuyers } from './buyers/index.ts'
import { createProducts, type Products } from './catalog/index.ts'
import { type Chat, createChat } from './chat/index.ts'
import { type CoHosts, createCoHosts } from './cohosts/index.ts'
import type { Config } from './config.ts'
import { createEmbed, type Embed } from './embed/index.ts'
import { createFacts, type Facts } from './facts/index.ts'
import { createFees, type Fees } from './fees/index.ts'
import { createHls, type Hls } from './hls/index.ts'
import { type Ask, createAsk } from './kernel/ask.ts'
import { type Bus, createBus } from './kernel/bus.ts'
import { systemClock } from './kernel/clock.ts'
import { createDb, type Db } from './kernel/db.ts'
import { createLog, type Log } from './kernel/log.ts'
import { createMetrics, type Metrics } from './kernel/metrics.ts'
import { createOutbox, type Outbox } from './kernel/outbox.ts'
import { keepPartitions } from './kernel/partitions.ts'
import { createFanOut, createRedis, type Redis } from './kernel/redis.ts'
import { deriveKey, rootSecret } from './kernel/secrets.ts'
import type { ObjectStorage } from './kernel/storage.ts'
import { createDiskStorage } from './kernel/storage-disk.ts'
import { createS3Storage } from './kernel/storage-s3.ts'
import { type Closable, startTicker } from './kernel/ticker.ts'
import { createLedger, type Ledger } from './ledger/index.ts'
import { createMail, type Mails } from './mail/index.ts'
import { createNotices, type Notices } from './notices/index.ts'
import { createDeadLetters, type DeadLetters } from './operator/index.ts'
import { createOrders, type Orders } from './orders/index.ts'
import {
  createPayments,
  createProviders,
  createSandbox,
  type Payments,
  type Sandbox,
} from './payments/index.ts'
import { createPayouts, type Payouts } from './payouts/index.ts'
import { createPictures, type Pictures } from './pictures/index.ts'
import { createPromotions, type Promotions } from './promotions/index.ts'
import { createRecordings, type Recordings } from './recordings/index.ts'

import {
  createPresence,
  createRoomLog,
  createRooms,
  createShowRecord,
  type RoomEngine,
  type RoomEngineDeps,
  type RoomLog,
  type ShowRecordReader,
} from './rooms/index.ts'

import { createShipping, type Shipping } from './shipping/index.ts'

import { createShows, type Shows } from './shows/index.ts'
import {
  createStage,
  createStreamKeys,
  createWhepSessions,
  createWhipSessions,
  type Stage,
  type StreamKeys,
  type WhepSessions,
  type WhipSessions,
} from './stage/index.ts'
import { createStock, type Stock } from './stock/index.ts'
import { createTips, type Tips } from './tips/index.ts'

/** Every domain, wired; nothing runs before `start`. */
export interface Domains extends Closable {
  readonly log: Log
  readonly metrics: Metrics
  readonly db: Db
  readonly redis: Redis
  readonly bus: Bus
  readonly ask: Ask
  readonly outbox: Outbox
  readonly mail: Mails
  readonly accounts: Accounts
  readonly buyers: Buyers
  readonly tickets: Tickets
  readonly embed: Embed
  readonly pictures: Pictures
  readonly products: Products
  readonly stock: Stock
  readonly rooms: RoomEngine
  readonly roomLog: RoomLog
  readonly showRecord: ShowRecordReader
  readonly shows: Shows
  readonly chat: Chat
  readonly promotions: Promotions
  readonly coHosts: CoHosts
  readonly battles: Battles
  readonly stage: Stage
  readonly streamKeys: StreamKeys
  readonly recordings: Recordings
  readonly hls: Hls
  /** Where bytes live that are too large for Postgres. */
  readonly storage: ObjectStorage
  readonly whep: WhepSessions
  readonly whip: WhipSessions
  readonly ledger: Ledger
  readonly payments: Payments
  /** Null where it is not configured. */
  readonly sandbox: Sandbox | null
  readonly payouts: Payouts
  readonly deadLetters: DeadLetters
  readonly tips: Tips
  readonly shipping: Shipping
  readonly fees: Fees
  readonly orders: Orders
  readonly notices: Notices
  readonly facts: Facts
  start(): Promise<void>
  close(): Promise<void>
}

const SESSION_SWEEP_MS = 3600_000

/**
 * The wiring of the whole server but its edges. `broadcast` sends a frame to all that subscribe to a topic; a command
 * line tool, which nobody watches, leaves it out.
 */
export function createDomains(config: Config, broadcast: RoomEngineDeps['broadcast'] = () => {}): Domains {
  const { limits } = config
  const clock = systemClock
  const secret = rootSecret(config.secret, config.dataDir)
  const log = createLog(config.logLevel)
  const metrics = createMetrics()
  const db = createDb(config.databaseUrl, limits.database)
  const redis = createRedis(config.redisUrl, log)
  const kernel = { db, redis, clock, log, metrics }
  const fanOut = createFanOut(config.roomsRedisUrls, redis, log)
  const bus = createBus({ ...fanOut, log, metrics, limits: limits.bus })
  const ask = createAsk({ bus, log, limits: limits.ask })

  const outbox = createOutbox({ ...kernel, limits: limits.outbox })
  const mail = createMail({ ...kernel, outbox, smtp: config.smtp, limits: limits.mail })
  const facts = createFacts({ ...kernel, outbox, limits: limits.facts })
  const accounts = createAccounts({
    ...kernel,
    outbox,
    mail,
    publicUrl: config.publicUrl,
    limits: limits.accounts,
  })
  const buyers = createBuyers({ ...kernel, limits: limits.buyers })
  const tickets = createTickets({ key: deriveKey(secret, 'tickets'), ...limits.tickets, clock })
  const roomLog = createRoomLog({ db })
  const showRecord = createShowRecord({ db })
  const rooms = createRooms({
    ...kernel,
    broadcast,
    bus,
    presence: createPresence({ redis: fanOut.redis, node: bus.node, lifeMs: limits.rooms.presenceMs }),
    roomLog,
    limits: limits.rooms,
    displayPerS: limits.chat.displayPerS,
  })
  const shows = createShows({ ...kernel, rooms })
  const embed = createEmbed({ ...kernel, accounts, shows, publicUrl: config.publicUrl, limits: limits.embed })
  const stock = createStock({ ...kernel, rooms, outbox, limits })
  const storage = config.s3
    ? createS3Storage(config.s3, limits.storage)
    : createDiskStorage(join(config.dataDir, 'objects'))
  const pictures = createPictures({
    ...kernel,
    storage,
    limits: limits.pictures,
  })
  const products = createProducts({ db, stock, rooms })
  const chat = createChat({
    ...kernel,
    rooms,
    facts,
    limits: limits.chat,
    recentMax: limits.rooms.recentChatMax,
    ticketMs: limits.tickets.renewMs + limits.tickets.lifeMs,
  })
  const promotions = createPromotions({ ...kernel, rooms, outbox, stock, shows, limits: limits.sales })
  const shipping = createShipping({ db })
  const fees = createFees({ db })
  const orders = createOrders({
    ...kernel,
    outbox,
    stock,
    shows,
    promotions,
    tenants: accounts.tenants,
    shipping,
    fees,
    consents: facts.consents,
    limits: limits.orders,
  })
  const notices = createNotices({
    ...kernel,
    outbox,
    mail,
    shows,
    publicUrl: config.publicUrl,
    mailbox: accounts.profiles.mailbox,
    limits: limits.notices,
  })
  const ledger = createLedger({ ...kernel, limits: limits.ledger })
  const sandbox = config.paymentProviders.includes('sandbox')
    ? createSandbox({
        ...kernel,
        key: deriveKey(secret, 'sandbox payments'),
        publicUrl: config.publicUrl,
        webhookUrl: `http://${loopback(config.host)}:${config.port}/api/v1/payments/webhooks/sandbox`,
      })
    : null
  const payments = createPayments({
    ...kernel,
    outbox,
    providers: [
      ...createProviders({
        settings: config.paymentSettings,
        publicUrl: config.publicUrl,
        clock,
        msMax: limits.payments.providerMsMax,
      }),
      ...(sandbox ? [sandbox.provider] : []),
    ],
    publicUrl: config.publicUrl,
    limits: limits.payments,
  })
  const deadLetters = createDeadLetters({ db, outbox })
  const payouts = createPayouts({ ...kernel, limits: limits.payouts })
  const tips = createTips({
    ...kernel,
    rooms,
    outbox,
    payments,
    ledger,
    shows,
    isBanned: chat.isBanned,
    platformCurrency: config.platformCurrency,
    limits: limits.tips,
    recentMax: limits.rooms.recentTipsMax,
  })
  const coHosts = createCoHosts({
    ...kernel,
    accounts,
    key: deriveKey(secret, 'co-host invitations'),
    publicUrl: config.publicUrl,
    limits: limits.coHosts,
  })
  const battles = createBattles({
    ...kernel,
    rooms,
    outbox,
    bus,
    shows,
    key: deriveKey(secret, 'battle codes'),
    limits: limits.battles,
  })
  const stage = createStage({
    ...kernel,
    media: config.media,
    limits: limits.stage,
    shows,
    coHosts,
    battles,
    rooms,
    tickets,
    ask,
  })
  const streamKeys = createStreamKeys(db)
  const whep = createWhepSessions({ stage, ask })
  const whip = createWhipSessions({ ...kernel, stage, ask, keys: streamKeys })
  const recordings = createRecordings({
    ...kernel,
    storage,
    stage,
    shows,
    roomLog,
    tenants: accounts.tenants,
    ffmpeg: config.ffmpegBin,
    limits: limits.recordings,
  })

  const hls = createHls({
    ...kernel,
    stage,
    tickets,
    chat,
    ask,
    ffmpeg: config.ffmpegBin,
    key: deriveKey(secret, 'hls'),
    limits: limits.hls,
  })

  let tickers: Closable[] = []
  let closing: Promise<void> | null = null

  async function closeAll(): Promise<void> {
    await Promise.all(tickers.map((ticker) => ticker.close()))
    await hls.close()
    await recordings.close()
    await stage.close()
    await orders.close()
    await payments.close()
    await tips.close()
    await ledger.close()
    await sandbox?.close()
    await promotions.close()
    await battles.close()
    await pictures.close()
    await notices.close()
    await outbox.close()
    mail.close()
    await stock.close()
    await chat.close()
    await rooms.close()
    await bus.close()
    fanOut.redis.disconnect()
    redis.disconnect()
    await db.close()
  }

  return {
    log,
    metrics,
    db,
    redis,
    bus,
    ask,
    outbox,
    mail,
    accounts,
    buyers,
    tickets,
    embed,
    pictures,
    products,
    stock,
    rooms,
    roomLog,
    showRecord,
    shows,
    chat,
    promotions,
    coHosts,
    battles,
    stage,
    streamKeys,
    recordings,
    hls,
    storage,
    whep,
    whip,
    ledger,
    payments,
    payouts,
    deadLetters,
    sandbox,
    tips,
    shipping,
    fees,
    orders,
    notices,
    facts,

    async start() {
      recordings.start()
      await stage.start()
      stock.start()
      promotions.run()
      await battles.start()
      orders.start()
      payments.start()
      tips.start()
      ledger.start()
      pictures.start()
      notices.start()
      facts.start()
      outbox.start()
      tickers = [
        keepPartitions(db, log),
        startTicker('sessions', SESSION_SWEEP_MS, log, async () => {
          await accounts.sessions.sweep()
          await accounts.recovery.sweep()
          await embed.sweep()
        }),
      ]
    },

    close() {
      closing ??= closeAll()
      return closing
    },
  }
}

/** How this machine reaches a server that listens on `host`. */
const loopback = (host: string): string => (host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host)
