import type { Clock } from '../kernel/clock.ts'
import { type AlipaySettings, createAlipay } from './alipay/alipay.ts'
import type { PaymentProvider } from './provider.ts'
import { createStripe, type StripeSettings } from './stripe/stripe.ts'
import { createWechat, type WechatSettings } from './wechat/wechat.ts'

/** The foreign providers that are configured; null is one that is off. */
export function createProviders(deps: {
  settings: { stripe: StripeSettings | null; alipay: AlipaySettings | null; wechat: WechatSettings | null }
  publicUrl: string
  clock: Clock
  msMax: number
}): PaymentProvider[] {
  const { clock, msMax, publicUrl } = deps
  const { stripe, alipay, wechat } = deps.settings
  const notifyUrl = (name: string) => `${publicUrl}/api/v1/payments/webhooks/${name}`
  return [
    ...(stripe ? [createStripe({ settings: stripe, homeUrl: publicUrl, clock, msMax })] : []),
    ...(alipay ? [createAlipay({ settings: alipay, notifyUrl: notifyUrl('alipay'), clock, msMax })] : []),
    ...(wechat ? [createWechat({ settings: wechat, notifyUrl: notifyUrl('wechat'), clock, msMax })] : []),
  ]
}
