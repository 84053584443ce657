import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadConfig } from './config.ts'

const NEEDED = { DATABASE_URL: 'postgres://db/x', REDIS_URL: 'redis://cache' }
const SECRET = 'a-secret-of-at-least-thirty-two-characters'

test('without more than the two stores, everything has a default', () => {
  const config = loadConfig(NEEDED)
  expect([config.host, config.port, config.publicUrl]).toEqual(['127.0.0.1', 8080, 'http://localhost:8080'])
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

test('production asks for a secret', () => {
  expect(() => loadConfig({ ...NEEDED, NODE_ENV: 'production' })).toThrow('SECRET')
})

test('.env.example lists every setting', () => {
  const source = readFileSync(new URL('./config.ts', import.meta.url), 'utf8')
  const schema = source.slice(source.indexOf('z.object({'), source.indexOf('/** Bounds on everything'))
  const settings = [...schema.matchAll(/^ {2}([A-Z_]+):/gm)].map((match) => match[1]!)
  const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')
  expect(settings.length).toBeGreaterThan(15)
  expect(
    settings.filter((name) => name !== 'NODE_ENV' && !new RegExp(`^${name}=`, 'm').test(example)),
  ).toEqual([])
})
