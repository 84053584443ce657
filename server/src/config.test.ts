import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from './config.ts'

const NEEDED = { DATABASE_URL: 'postgres://db/x', REDIS_URL: 'redis://cache' }
const SECRET = 'a-secret-of-at-least-thirty-two-characters'

test('without more than the two stores, everything has a default', () => {
  const config = loadConfig(NEEDED)
  expect([config.host, config.port, config.publicUrl]).toEqual(['127.0.0.1', 8080, 'http://localhost:8080'])
  expect(config.media.workers).toBe(Math.min(16, availableParallelism()))
  expect([config.demo, config.paymentProviders]).toEqual([false, []])
})

test('an empty value counts as unset', () => {
  expect(loadConfig({ ...NEEDED, PORT: '', PUBLIC_URL: '' }).port).toBe(8080)
})

test('the sandbox provider is on with DEMO or by name, else off', () => {
  expect(loadConfig({ ...NEEDED, DEMO: '1' }).paymentProviders).toEqual(['sandbox'])
  expect(loadConfig({ ...NEEDED, PAYMENT_PROVIDERS: 'sandbox' }).paymentProviders).toEqual(['sandbox'])
  const production = { ...NEEDED, NODE_ENV: 'production', SECRET }
  expect(loadConfig(production).paymentProviders).toEqual([])
})

test.each([
  ['PORT', '70000'],
  ['PUBLIC_URL', 'ftp://shop.example'],
  ['DATABASE_URL', 'mysql://db'],
  ['REDIS_URL', 'nonsense'],
  ['MEDIA_IP', 'localhost'],
  ['MEDIA_PIPE_IP', '0.0.0.0'],
  ['MEDIA_WORKERS', '0'],
  ['DEMO', 'yes'],
  ['PAYMENT_PROVIDERS', 'paypal'],
  ['PLATFORM_CURRENCY', 'XYZ'],
  ['SECRET', 'short-secret'],
])('a wrong %s is named, its value is not', (name, value) => {
  const attempt = () => loadConfig({ ...NEEDED, [name]: value })
  expect(attempt).toThrow(new RegExp(`^  ${name}`, 'm'))
  expect(attempt).not.toThrow(value)
})

const KEYS = generateKeyPairSync('rsa', { modulusLength: 2048 })
const PRIVATE = KEYS.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const PUBLIC = KEYS.publicKey.export({ type: 'spki', format: 'pem' }).toString()
const PROVIDERS = {
  ...NEEDED,
  PAYMENT_PROVIDERS: 'stripe,alipay,wechat',
  STRIPE_SECRET_KEY: 'sk_test_1',
  STRIPE_WEBHOOK_SECRET: 'whsec_1',
  ALIPAY_APP_ID: '2021000000000001',
  ALIPAY_PRIVATE_KEY: PRIVATE.replace(/-----[^-]+-----|\s/g, ''), // as Alipay's tool gives it
  ALIPAY_PUBLIC_KEY: PUBLIC.replaceAll('\n', '\\n'),
  WECHAT_PAY_APP_ID: 'wx1',
  WECHAT_PAY_MCH_ID: '1900000001',
  WECHAT_PAY_API_V3_KEY: '0123456789abcdef0123456789abcdef',
  WECHAT_PAY_CERT_SERIAL: '5157F09EFDC096DE',
  WECHAT_PAY_PRIVATE_KEY: PRIVATE,
  WECHAT_PAY_PUBLIC_KEY_ID: 'PUB_KEY_ID_01',
  WECHAT_PAY_PUBLIC_KEY: PUBLIC,
}

test('providers take their keys as PEM, as what stands in it, or as a file', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'shelfcast-key-')), 'key.pem')
  writeFileSync(file, PRIVATE)
  const { paymentSettings } = loadConfig({ ...PROVIDERS, WECHAT_PAY_PRIVATE_KEY: file })
  expect(paymentSettings.alipay?.privateKey.equals(KEYS.privateKey)).toBe(true)
  expect(paymentSettings.alipay?.publicKey.equals(KEYS.publicKey)).toBe(true)
  expect(paymentSettings.wechat?.privateKey.equals(KEYS.privateKey)).toBe(true)
  expect(paymentSettings.stripe?.apiUrl).toBe('https://api.stripe.com')
  expect(loadConfig(NEEDED).paymentSettings).toEqual({ stripe: null, alipay: null, wechat: null })
})

test.each(Object.keys(PROVIDERS).filter((name) => /^(STRIPE|ALIPAY|WECHAT)/.test(name)))(
  'a provider that is on needs %s, and a wrong one is named, its value is not',
  (name) => {
    expect(() => loadConfig({ ...PROVIDERS, [name]: '' })).toThrow(new RegExp(`^  ${name}: `, 'm'))
    if (name === 'WECHAT_PAY_APP_ID') return // anything short is an id
    const attempt = () => loadConfig({ ...PROVIDERS, [name]: 'not-a-value' })
    expect(attempt).toThrow(new RegExp(`^  ${name}: `, 'm'))
    expect(attempt).not.toThrow('not-a-value')
  },
)

test('production asks for a secret', () => {
  expect(() => loadConfig({ ...NEEDED, NODE_ENV: 'production' })).toThrow('SECRET')
})

test('.env.example lists every setting', () => {
  const source = readFileSync(new URL('./config.ts', import.meta.url), 'utf8')
  const schema = source.slice(source.indexOf('z.object({'), source.indexOf('/** Bounds on everything'))
  const payments = readFileSync(new URL('./config-payments.ts', import.meta.url), 'utf8')
  const settings = [...(schema + payments).matchAll(/^ {2,4}([A-Z][A-Z_0-9]+):/gm)].map((match) => match[1]!)
  const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')
  expect(settings.length).toBeGreaterThan(30)
  expect(
    settings.filter((name) => name !== 'NODE_ENV' && !new RegExp(`^${name}=`, 'm').test(example)),
  ).toEqual([])
})
