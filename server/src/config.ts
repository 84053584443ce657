import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { LIMITS, type Limits } from './config-limits.ts'
import { PAYMENT_PROVIDERS, type PaymentSettings, paymentSettings } from './config-payments.ts'
import type { S3Settings } from './kernel/storage-s3.ts'

export type { Limits } from './config-limits.ts'

/** Environment variables, parsed once, here and nowhere else. `.env.example` explains each; limits are in config-limits.ts. */

/** Without being told otherwise: as many media ports as docker-compose.yml publishes. */
const MEDIA_WORKERS_MAX = 16

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
  S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  S3_REGION: z.string().min(1).default('auto'),
  S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
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
  MEDIA_WORKERS: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(Math.min(availableParallelism(), MEDIA_WORKERS_MAX)),
  MEDIASOUP_WORKER_BIN: z.string().min(1).optional(),
  ICE_SERVERS: list.default([]),
  TURN_SECRET: z.string().min(16).optional(),
  PAYMENT_PROVIDERS: list.pipe(z.array(z.enum(PAYMENT_PROVIDERS))).optional(),
  PLATFORM_CURRENCY: z.enum(['CNY', 'USD', 'EUR', 'JPY']).default('CNY'),
  TRUST_PROXY: flag.default(false),
  FLASH_ADMITTED_PER_S: z.coerce.number().int().min(1).max(100_000).default(LIMITS.stock.admittedPerS),
  METRICS_TOKEN: z.string().min(16).optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z.string().min(3).max(320).optional(),
})

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
  /** Where pictures and recordings are kept; null: in `dataDir`. */
  readonly s3: S3Settings | null
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
  if (env.S3_ENDPOINT && !(env.S3_ACCESS_KEY_ID && env.S3_SECRET_ACCESS_KEY)) {
    throw new Error(
      'Wrong configuration (see .env.example):\n  S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY: expected both with S3_ENDPOINT',
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
    s3:
      env.S3_ENDPOINT && env.S3_ACCESS_KEY_ID && env.S3_SECRET_ACCESS_KEY
        ? {
            endpoint: env.S3_ENDPOINT,
            region: env.S3_REGION,
            accessKeyId: env.S3_ACCESS_KEY_ID,
            secretAccessKey: env.S3_SECRET_ACCESS_KEY,
          }
        : null,
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
    limits: { ...LIMITS, stock: { ...LIMITS.stock, admittedPerS: env.FLASH_ADMITTED_PER_S } },
  }
}
