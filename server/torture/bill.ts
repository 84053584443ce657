import { z } from 'zod'
import { SANDBOX_CHOICES } from '../src/payments/sandbox/choices.ts'
import type { Ask } from './ask.ts'
import type { Bank } from './bank.ts'
import type { Random } from './random.ts'
import type { Shop } from './shop.ts'

const payment = z.object({ payUrl: z.string().nullable() })
const ANSWER_WITHIN_MS = 6000

export const anyProvider = (random: Random): string => random.pick(['sandbox', 'stripe'])

/** Starts the payment of an order. @returns where it is paid; null where it cannot be */
export async function startPayment(ask: Ask, orderId: string, key: string, provider: string) {
  const started = await ask({ method: 'POST', path: `/orders/${orderId}/payments`, key, body: { provider } })
  return payment.safeParse(started).data?.payUrl ?? null
}

/** What somebody does on the page that they were sent to: pays, or does not. */
export async function settleBill(shop: Shop, bank: Bank, payUrl: string, random: Random): Promise<void> {
  if (bank.issued(payUrl)) return bank.pay(payUrl, random)
  const { pathname, search } = new URL(payUrl)
  await fetch(`${random.pick(shop.urls)}${pathname}${search}`, {
    method: 'POST',
    body: new URLSearchParams({ choice: random.pick(SANDBOX_CHOICES) }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  }).catch(() => {}) // the bank's page may be away too
}
