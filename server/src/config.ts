import { z } from 'zod'
import { PAYMENT_PROVIDERS, type PaymentSettings, paymentSettings } from './config-payments.ts'

/** Environment variables and every limit, parsed once, here and nowhere else. `.env.example` explains each. */

const port = z.coerce.number().int().min(1).max(65_535)
const flag = z.enum(['0', '1']).transform((value) => value === '1')
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
)

const environment = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(8080),
  SHARE_PORT: flag.default(false),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  ROOMS_REDIS_URLS: list.pipe(z.array(z.url({ protocol: /^rediss?$/ }))).default([]),
  DATA_DIR: z.string().min(1).default('.data'),
  SECRET: z.string().min(32).optional(),
  DEMO: flag.default(false),
  FFMPEG_BIN: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  MEDIA_IP: z.union([z.ipv4(), z.ipv6()]).default('127.0.0.1'),
  MEDIA_ANNOUNCED_ADDRESS: z.string().min(1).optional(),
  MEDIA_PIPE_IP: z
    .union([z.ipv4(), z.ipv6()])
    .refine((ip) => ip !== '0.0.0.0' && ip !== '::', 'expected the address that other machines reach')
    .default('127.0.0.1'),
  MEDIA_PORT: port.default(44_400),
  MEDIA_WORKERS: z.coerce.number().int().min(1).max(64).default(1),
  MEDIASOUP_WORKER_BIN: z.string().min(1).optional(),
  ICE_SERVERS: list.default([]),
  TURN_SECRET: z.string().min(16).optional(),
  PAYMENT_PROVIDERS: list.pipe(z.array(z.enum(PAYMENT_PROVIDERS))).optional(),
  PLATFORM_CURRENCY: z.enum(['CNY', 'USD', 'EUR', 'JPY']).default('CNY'),
  TRUST_PROXY: flag.default(false),
  METRICS_TOKEN: z.string().min(16).optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z.string().min(3).max(320).optional(),
})

/** Bounds on everything. Units last in the names. */
const LIMITS = {
  http: {
    bodyBytesMax: 64 * 1024,
    uploadsAtOnceMax: 8,
    uploadMsMax: 120_000,
    /** Of a body that is refused, so much is read to the end for the sender to see why; then the line is cut. */
    refusedBytesMax: 64 * 1024 * 1024,
    refusedMsMax: 5000,
  },
  pictures: {
    pixelsMax: 50_000_000, // what phones take
    sidePxMin: 16,
    renderMsMax: 20_000,
    rendersWaitingMax: 32,
    uploadsPerPersonPer10Min: 300,
    keptUnusedMs: 24 * 3600_000,
    sweepMs: 3600_000,
    sweptMax: 100,
  },
  accounts: {
    sessionMs: 30 * 24 * 3600_000,
    embedSessionMs: 12 * 3600_000,
    signInsPerLoginPer10Min: 10,
    signInsPerAddressPer10Min: 60,
    guestsPerAddressPer10Min: 600,
    passwordsPerPersonPer10Min: 10,
    resetsPerLoginPer10Min: 3,
    resetsPerAddressPer10Min: 20,
    verificationsPerPersonPer10Min: 3,
    mailedTokenMs: 30 * 60_000,
    setupTriesPerAddressPer10Min: 10,
    setupCodeMs: 24 * 3600_000,
    sessionsShownMax: 100,
  },
  buyers: { addressesMax: 20, exportRowsMax: 20_000, exportsPerPersonPer10Min: 5 },
  mail: {
    attemptsMax: 300, // five minutes between them: a mail server may be away for a day
    connectMsMax: 4000,
    answerMsMax: 8000,
    keptMax: 500,
  },
  notices: {
    remindBeforeMs: 10 * 60_000,
    remindersPerPersonMax: 100,
    tickMs: 15_000,
    batchMax: 500,
    keptMs: 90 * 24 * 3600_000,
  },
  embed: {
    codeMs: 60_000,
    codesPerPersonPer10Min: 60,
    sessionsPerAddressPer10Min: 600,
    keysPerTenantMax: 10,
    identityLifeMsMax: 5 * 60_000,
    /** How far a merchant's clock may be off. */
    clockSkewMs: 5000,
  },
  tickets: { lifeMs: 60_000, renewMs: 3600_000 },
  rooms: {
    upgradesPerSMax: 2000,
    upgradeWaitMsMax: 10_000,
    frameBytesMax: 4096,
    joinWithinMs: 10_000,
    idleTimeoutS: 60,
    viewersPerRoomMax: 20_000,
    flushMsMin: 100,
    flushMsMax: 200,
    /** Unsent bytes of one viewer above which chat, then gifts and counts, then state are withheld. */
    chatShedBytes: 32 * 1024,
    sideShedBytes: 96 * 1024,
    backpressureBytesMax: 256 * 1024,
    slowPollMs: 250,
    behindMsMax: 10_000,
    logEventsMax: 500,
    logMsMax: 10 * 60_000,
    logBytesMax: 4 * 1024 * 1024,
    stateGapMs: 150,
    /** How often the log is asked for what nobody told; more often while other nodes are not heard. */
    headPollMs: 1000,
    headPollAloneMs: 250,
    presenceMs: 3500,
    /** How often a room's latest values are read anew: a node may die with one that it was about to tell. */
    latestRepairMs: 30_000,
    personalQueueMax: 500,
    snapshotMs: 1000,
    latestKeysMax: 1000,
    giftQueueMax: 500,
    giftIdsMax: 1000,
    chatQueueMax: 500,
    likesPer10SMax: 500,
    drainMs: 2000,
    recentChatMax: 30,
    recentTipsMax: 10,
    messagesPer10SMax: 60,
    viewersBeatMs: 1000,
  },
  bus: {
    echoMs: 500,
    stalledMs: 2000,
    subscribeMsMax: 500,
    messageBytesMax: 512 * 1024,
    unansweredMax: 2000,
  },
  ask: { deadlineMs: 3000, pendingMax: 500, answeringMax: 200 },
  chat: {
    linesPer10SMax: 8,
    displayPerSMax: 20,
    writeBatchMax: 500,
    writeQueueMax: 20_000,
    writeEveryMs: 250,
    mutesFreshMs: 30_000,
    showIdleMs: 10 * 60_000,
  },
  coHosts: {
    inviteMs: 24 * 3600_000,
    /** Open and accepted ones. */
    invitesPerShowMax: 20,
  },
  stage: {
    graceMs: 30_000,
    awayAfterMs: 1500,
    hostsMax: 4,
    hostProducersMax: 3,
    hostBitrateMaxBps: 6_000_000,
    viewersPerWorkerMax: 400,
    /** Of one show on one node: past it, viewers of other shows would find no room. */
    viewersPerShowMax: 2000,
    sessionsPerPersonMax: 4,
    /** Sections that a viewer's session may come to have as hosts come and go; beyond that it is opened anew. */
    viewerSectionsMax: 40,
    speakerEveryMs: 400,
    viewerBitrateStartBps: 1_500_000,
    connectWithinMs: 15_000,
    iceConsentS: 15,
    keyFrameGapMs: 420, // Chromium ignores a second request within 300 ms, and one that is ignored costs a second
    /** Each node says every beat that it lives; for so long after the last one it is believed. */
    nodeBeatMs: 1000,
    nodeLeaseMs: 4000,
    /** Tracks that come from other nodes, and as many that go there. */
    pipesMax: 400,
    pipeIdleMs: 10_000,
    /** Payload layouts that players chose, of one show: each costs a router and a pipe for each track. */
    viewerLayoutsMax: 6,
    /** After so long without a word another node is asked whether it still follows a show, or holds a seat. */
    followMs: 5000,
    offerBytesMax: 64 * 1024,
    turnLifeS: 6 * 3600,
  },
  recordings: {
    keyFrameMs: 4000,
    /** How long a recording waits for the best layer of a simulcast. */
    layerMsMax: 3000,
    stopMsMax: 3000,
    takesMax: 8,
    againAfterMs: 2000,
    segmentBytesMax: 32 * 1024 * 1024,
    unwrittenMax: 16,
    freeBytesMin: 512 * 1024 * 1024,
    /** A take to which nothing was added for so long has lost its process. */
    staleMs: 60_000,
    finishMs: 2000,
    claimedMs: 10 * 60_000,
    clipMsMin: 3000,
    clipMsMax: 3 * 60_000,
    clipMadeMsMax: 60_000,
    sweepMs: 3600_000,
    sweptMax: 20,
    shownFreshMs: 10_000,
  },
  studio: { callBytesMax: 64 * 1024, callsPer10SMax: 100 },
  stock: {
    sweptPerHoldMax: 100,
    announceMs: 50,
    reconcileMs: 2000,
    redisPauseMs: 1000,
    unitsMax: 1_000_000_000,
    /** Of one flash SKU, in one process: beyond it buyers wait, and the first second is drawn. */
    admittedPerS: 3000,
    admittedAtOnce: 300,
    drawMs: 1000,
    waitersMax: 20_000,
    tickMs: 10,
  },
  sales: {
    pollMs: 500,
    shownAfterEndMs: 2 * 60_000,
    plannedAheadMsMax: 90 * 24 * 3600_000,
    /** How long a planned sale waits for its show to go on air. */
    missedAfterMs: 30 * 60_000,
  },
  orders: {
    payWithinMs: 15 * 60_000,
    unpaidPerPersonMax: 10,
    placedPerPersonPer10SMax: 20,
    placedPerAddressPer10SMax: 200,
    holdMs: 30_000,
    batchMs: 3,
    batchLanes: 4,
    batchOrdersMax: 200,
    sweepMs: 2000,
    sweptMax: 500,
    /** What nobody said had arrived counts as delivered, and what was delivered is completed. */
    deliveredAfterMs: 15 * 24 * 3600_000,
    completedAfterMs: 7 * 24 * 3600_000,
    advanceMs: 5 * 60_000,
    notesPerOrderMax: 200,
    exportOrdersMax: 200,
    refusalsKeptMs: 10 * 60_000,
    answersKeptMs: 7 * 24 * 3600_000,
  },
  payments: {
    webhookBytesMax: 16 * 1024,
    queryAfterMs: 60_000,
    queryUntilMs: 24 * 3600_000,
    sweepMs: 15_000,
    refundAgainAfterMs: 10 * 60_000,
    refundSweepMs: 60_000,
    statementsEveryMs: 3600_000,
    /** How far back statements are fetched that could not be had in their time. */
    statementDaysMax: 7,
    statementMsMax: 60_000,
    sweptMax: 50,
    providerMsMax: 8000,
  },
  payouts: { holdMs: 7 * 24 * 3600_000, exportEntriesMax: 500 },
  ledger: {
    checkMs: 30_000,
    /** By when every transaction has ended: well over `database.statementTimeoutMs`. */
    settledAfterMs: 60_000,
    recountMs: 24 * 3600_000,
  },
  facts: {
    reportsPerPersonPer10SMax: 30,
    /** How late a fact may come, and how far a viewer's clock may be ahead. */
    ageMsMax: 24 * 3600_000,
    aheadMsMax: 5 * 60_000,
    streamMax: 100_000,
    waitingMax: 50_000,
    retryAfterMs: 10_000,
    writeEveryMs: 250,
    readMax: 100,
    claimAfterMs: 15_000,
    figuresMsMax: 31 * 24 * 3600_000,
  },
  outbox: {
    batchMax: 100,
    /** What is committed within this time is claimed together. */
    nudgeMs: 10,
    leaseMs: 30_000,
    handlerMsMax: 10_000,
    attemptsMax: 12,
    backoffMsMin: 200,
    backoffMsMax: 5 * 60_000,
    pollMs: 250,
  },
  database: { connectionsMax: 10, statementTimeoutMs: 10_000 },
} as const

export type Limits = {
  readonly [Domain in keyof typeof LIMITS]: { readonly [Limit in keyof (typeof LIMITS)[Domain]]: number }
}

export interface Config {
  readonly env: 'development' | 'test' | 'production'
  readonly host: string
  readonly port: number
  /** Whether other processes of this machine may listen on the same port; the kernel spreads connections. */
  readonly sharePort: boolean
  /** Origin under which browsers reach this server, without a slash at the end. */
  readonly publicUrl: string
  readonly databaseUrl: string
  readonly redisUrl: string
  /** What carries room events between nodes, where it is not `redisUrl`; several are the nodes of a Redis Cluster. */
  readonly roomsRedisUrls: readonly string[]
  readonly dataDir: string
  /** Root of every signature this server makes; keys are derived from it by purpose. */
  readonly secret: string | null
  readonly demo: boolean
  /** What shows are recorded with, and the demo's film is made and played. */
  readonly ffmpegBin: string | null
  readonly logLevel: string
  readonly media: {
    readonly ip: string
    readonly announcedAddress: string | null
    /** Where other nodes' pipes reach this one. */
    readonly pipeIp: string
    readonly port: number
    readonly workers: number
    readonly workerBin: string | null
    readonly iceServers: readonly string[]
    readonly turnSecret: string | null
  }
  readonly paymentProviders: readonly string[]
  readonly paymentSettings: PaymentSettings
  readonly platformCurrency: 'CNY' | 'USD' | 'EUR' | 'JPY'
  readonly trustProxy: boolean
  /** Bearer token for `/metrics` from elsewhere than this machine. */
  readonly metricsToken: string | null
  /** Null: mails are not sent but kept, and shown at `/outbox` in a demo. */
  readonly smtp: { readonly url: string; readonly from: string } | null
  readonly limits: Limits
}

/**
 * @throws an Error that names each wrong variable and what was expected, never its value: it may be a secret.
 */
export function loadConfig(source: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''))
  const parsed = environment.safeParse(given)
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`Wrong configuration (see .env.example):\n${lines.join('\n')}`)
  }
  const env = parsed.data
  const paymentProviders = env.PAYMENT_PROVIDERS ?? (env.DEMO ? ['sandbox'] : [])
  const problems: string[] = []
  const payments = paymentSettings(paymentProviders, given, problems)
  if (problems.length > 0) throw new Error(`Wrong configuration (see .env.example):\n${problems.join('\n')}`)
  if (env.NODE_ENV === 'production' && !env.SECRET) {
    throw new Error(
      'Wrong configuration (see .env.example):\n  SECRET: expected at least 32 random characters in production',
    )
  }
  if (env.SMTP_URL && !env.MAIL_FROM) {
    throw new Error(
      'Wrong configuration (see .env.example):\n  MAIL_FROM: expected a sender such as Shop <shop@example.com> with SMTP_URL',
    )
  }
  if (env.NODE_ENV === 'production' && env.DEMO) {
    throw new Error(
      'Wrong configuration (see .env.example):\n  DEMO: there is no demo in production; leave it out',
    )
  }
  return {
    env: env.NODE_ENV,
    host: env.HOST,
    port: env.PORT,
    sharePort: env.SHARE_PORT,
    publicUrl: (env.PUBLIC_URL ?? `http://localhost:${env.PORT}`).replace(/\/+$/, ''),
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    roomsRedisUrls: env.ROOMS_REDIS_URLS,
    dataDir: env.DATA_DIR,
    secret: env.SECRET ?? null,
    demo: env.DEMO,
    ffmpegBin: env.FFMPEG_BIN ?? null,
    logLevel: env.LOG_LEVEL,
    media: {
      ip: env.MEDIA_IP,
      announcedAddress: env.MEDIA_ANNOUNCED_ADDRESS ?? null,
      pipeIp: env.MEDIA_PIPE_IP,
      port: env.MEDIA_PORT,
      workers: env.MEDIA_WORKERS,
      workerBin: env.MEDIASOUP_WORKER_BIN ?? null,
      iceServers: env.ICE_SERVERS,
      turnSecret: env.TURN_SECRET ?? null,
    },
    paymentProviders,
    paymentSettings: payments,
    platformCurrency: env.PLATFORM_CURRENCY,
    trustProxy: env.TRUST_PROXY,
    metricsToken: env.METRICS_TOKEN ?? null,
    smtp: env.SMTP_URL && env.MAIL_FROM ? { url: env.SMTP_URL, from: env.MAIL_FROM } : null,
    limits: LIMITS,
  }
}
