import { setTimeout as wait } from 'node:timers/promises'
import type { Db } from '../src/kernel/db.ts'
import type { Lie, Notification } from '../test/fakes/fake.ts'
import { fakeStripe } from '../test/fakes/stripe.ts'
import type { Random } from './random.ts'

export type Bank = Awaited<ReturnType<typeof openBank>>

const TOLD_WITHIN_MS = 3000
const AMOUNT_OF_A_LIE_MINOR = 1
const PAGES = 'https://checkout.stripe.com/'

/** What is no news of this payment, and must change nothing. */
const LIES: readonly Lie[] = [
  { key: 'another' },
  { stale: true },
  { body: 'changed' },
  { merchant: 'another' },
  { amountMinor: AMOUNT_OF_A_LIE_MINOR },
  { currency: 'USD' },
]

/**
 * A card provider in a process that nobody kills (Stripe's wire format), with its own books. It tells the shop what
 * happened late, twice, in part or not at all, and somebody else sends forged news beside it.
 */
export async function openBank(shopUrls: readonly string[]) {
  const fake = await fakeStripe()
  const captured = new Set<string>()

  const send = ({ body, headers }: Notification, random: Random): Promise<unknown> =>
    fetch(`${random.pick(shopUrls)}/api/v1/payments/webhooks/stripe`, {
      method: 'POST',
      headers: Object.fromEntries(headers),
      body: new Uint8Array(body),
      signal: AbortSignal.timeout(TOLD_WITHIN_MS),
    }).catch(() => {}) // the shop may be away: it asks by itself later

  async function tell(ref: string, random: Random): Promise<void> {
    if (random.chance(0.3)) await wait(random.int(100, 5000))
    const news = await fake.tell(ref)
    const copies = random.pick([0, 1, 1, 1, 3])
    await Promise.all(Array.from({ length: copies }, () => send(news, random)))
  }

  return {
    env: {
      STRIPE_SECRET_KEY: fake.settings.secretKey,
      STRIPE_WEBHOOK_SECRET: fake.settings.webhookSecret,
      STRIPE_API_URL: fake.settings.apiUrl,
    },
    /** Whether this is a page of this bank. */
    issued: (payUrl: string): boolean => payUrl.startsWith(PAGES),
    /** What a buyer does on the page that the shop sent them to. */
    async pay(payUrl: string, random: Random): Promise<void> {
      const ref = payUrl.slice(payUrl.lastIndexOf('/') + 1)
      if (captured.has(ref)) return
      if (random.chance(0.3)) await send(await fake.tell(ref, random.pick(LIES)), random)
      const paid = random.chance(0.8)
      if (paid) captured.add(ref)
      await fake.settle(ref, paid ? 'paid' : 'failed')
      await tell(ref, random)
    },
    /** Requests are carried out from here on, and the answers to so many of them are lost. */
    loseAnswers: fake.loseAnswers,
    /** Until it is told another thing, it refuses every refund for good; or does not, again. */
    refuseRefunds: (random: Random | null) => fake.refuseRefunds(random?.pick(fake.refusals) ?? null),
    slowRefunds: (slow: boolean) => fake.slowRefunds?.(slow),

    /** Where its books and the shop's differ, a line each. */
    async differences({ sql }: Db): Promise<string[]> {
      const rows = await sql<
        { ref: string; capturedMinor: number; refundedMinor: number; amountMinor: number }[]
      >`
        select provider_ref as ref, captured_minor as "capturedMinor", refunded_minor as "refundedMinor",
          amount_minor as "amountMinor" from payments where provider = 'stripe' and provider_ref is not null`
      const known = new Set(rows.map(({ ref }) => ref))
      const unheard = [...captured]
        .filter((ref) => !known.has(ref))
        .map((ref) => `${ref} was paid, and is unknown`)
      const lines = await Promise.all(
        rows.map(async ({ ref, capturedMinor, refundedMinor, amountMinor }) => {
          const [took, gave] = [captured.has(ref) ? amountMinor : 0, await fake.refunded(ref)]
          if (took === capturedMinor && gave === refundedMinor) return []
          return [
            `the bank took ${took} and gave back ${gave} for ${ref}, we say ${capturedMinor} and ${refundedMinor}`,
          ]
        }),
      )
      return [...unheard, ...lines.flat()]
    },
    close: fake.close,
  }
}
