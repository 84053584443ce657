import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** The settings of payment providers. A provider that is on needs all of its own. */

/** PEM, what stands between its lines, or the path of a file that holds either. */
function pem(value: string, label: 'PRIVATE KEY' | 'PUBLIC KEY'): string {
  const text = /^(\/|\.{1,2}\/)/.test(value) && value.length < 300 ? readFileSync(value, 'utf8') : value
  const unfolded = text.replaceAll('\\n', '\n').trim()
  if (unfolded.startsWith('-----BEGIN')) return unfolded
  const body = unfolded.replace(/\s/g, '').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${body.join('\n')}\n-----END ${label}-----\n`
}

const key = (read: (value: string) => KeyObject, expected: string) =>
  z.string().transform((value, context) => {
    try {
      const made = read(value)
      if (made.asymmetricKeyType === 'rsa') return made
    } catch {
      // Told below, without the value.
    }
    context.addIssue(`expected ${expected} as PEM or the path of a file`)
    return z.NEVER
  })

const privateKey = key((value) => createPrivateKey(pem(value, 'PRIVATE KEY')), 'an RSA private key (PKCS#8)')
const publicKey = key((value) => createPublicKey(pem(value, 'PUBLIC KEY')), 'an RSA public key')
const httpUrl = z.url({ protocol: /^https?$/ })

const stripe = z
  .object({
    STRIPE_SECRET_KEY: z.string().regex(/^(sk|rk)_(test|live)_\w+$/, 'expected a key such as sk_test_…'),
    STRIPE_WEBHOOK_SECRET: z.string().regex(/^whsec_/, 'expected a secret such as whsec_…'),
    STRIPE_API_URL: httpUrl.default('https://api.stripe.com'),
  })
  .transform((env) => ({
    secretKey: env.STRIPE_SECRET_KEY,
    webhookSecret: env.STRIPE_WEBHOOK_SECRET,
    apiUrl: env.STRIPE_API_URL,
  }))

const alipay = z
  .object({
    ALIPAY_APP_ID: z.string().regex(/^\d{10,32}$/, 'expected digits'),
    ALIPAY_PRIVATE_KEY: privateKey,
    ALIPAY_PUBLIC_KEY: publicKey,
    ALIPAY_PRODUCT: z.enum(['wap', 'page']).default('wap'),
    ALIPAY_GATEWAY_URL: httpUrl.default('https://openapi.alipay.com/gateway.do'),
  })
  .transform((env) => ({
    appId: env.ALIPAY_APP_ID,
    privateKey: env.ALIPAY_PRIVATE_KEY,
    publicKey: env.ALIPAY_PUBLIC_KEY,
    product: env.ALIPAY_PRODUCT,
    gatewayUrl: env.ALIPAY_GATEWAY_URL,
  }))

const wechat = z
  .object({
    WECHAT_PAY_APP_ID: z.string().min(1).max(32),
    WECHAT_PAY_MCH_ID: z.string().regex(/^\d{8,32}$/, 'expected digits'),
    WECHAT_PAY_API_V3_KEY: z.string().length(32),
    WECHAT_PAY_CERT_SERIAL: z
      .string()
      .regex(/^[0-9A-Fa-f]{8,64}$/, 'expected the serial number of your API certificate'),
    WECHAT_PAY_PRIVATE_KEY: privateKey,
    WECHAT_PAY_PUBLIC_KEY_ID: z.string().regex(/^PUB_KEY_ID_\w+$/, 'expected an id such as PUB_KEY_ID_…'),
    WECHAT_PAY_PUBLIC_KEY: publicKey,
    WECHAT_PAY_API_URL: httpUrl.default('https://api.mch.weixin.qq.com'),
  })
  .transform((env) => ({
    appId: env.WECHAT_PAY_APP_ID,
    mchId: env.WECHAT_PAY_MCH_ID,
    apiV3Key: Buffer.from(env.WECHAT_PAY_API_V3_KEY, 'utf8'),
    certSerial: env.WECHAT_PAY_CERT_SERIAL,
    privateKey: env.WECHAT_PAY_PRIVATE_KEY,
    publicKeyId: env.WECHAT_PAY_PUBLIC_KEY_ID,
    publicKey: env.WECHAT_PAY_PUBLIC_KEY,
    apiUrl: env.WECHAT_PAY_API_URL,
  }))

const SETTINGS = { stripe, alipay, wechat }

export const PAYMENT_PROVIDERS = ['sandbox', 'stripe', 'alipay', 'wechat'] as const
export type ProviderName = (typeof PAYMENT_PROVIDERS)[number]

/** Null for a provider that is off. */
export type PaymentSettings = { readonly [P in keyof typeof SETTINGS]: z.output<(typeof SETTINGS)[P]> | null }

/** What is wrong is added to `problems`, a line each, by name and never by value. */
export function paymentSettings(
  on: readonly ProviderName[],
  env: Record<string, string | undefined>,
  problems: string[],
): PaymentSettings {
  function settings<S extends z.ZodType>(name: ProviderName, schema: S): z.output<S> | null {
    if (!on.includes(name)) return null
    const parsed = schema.safeParse(env)
    if (parsed.success) return parsed.data
    problems.push(...parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`))
    return null
  }
  return {
    stripe: settings('stripe', stripe),
    alipay: settings('alipay', alipay),
    wechat: settings('wechat', wechat),
  }
}
