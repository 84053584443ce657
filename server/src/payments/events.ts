import { Counter } from 'prom-client'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'
import { inTime } from '../kernel/in-time.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { Outbox } from '../kernel/outbox.ts'
import { untilDecided } from '../kernel/retry.ts'
import type { PaymentEvent, PaymentProvider } from './provider.ts'

/** What the SQL function `apply_payment_event` made of an event. */
export type EventOutcome =
  | 'paid'
  | 'reallocated'
  | 'refunding'
  | 'credited'
  | 'failed'
  | 'ignored'
  | 'duplicate'
  | 'unknown_payment'
  | 'mismatch'
  | 'second_capture'

/** Money moved that we cannot place: somebody has to look. The SQL function has made a row of it for the operator. */
const ALARMING: readonly EventOutcome[] = ['unknown_payment', 'mismatch', 'second_capture']

/** The one way in for what providers say, by notification or when asked. Everything is applied once. */
export function createEvents(deps: {
  db: Db
  outbox: Pick<Outbox, 'nudge'>
  providers: ReadonlyMap<string, PaymentProvider>
  clock: Clock
  log: Log
  metrics: Metrics
  /** Hears that there is a new row for the operator. */
  alarm(): Promise<void>
  limits: Limits['payments']
}) {
  const { db, outbox, providers, clock, log, limits } = deps
  const counted = new Counter({
    name: 'shelfcast_payment_events_total',
    help: 'What payment providers said, by what became of it',
    labelNames: ['provider', 'outcome'] as const,
    registers: [deps.metrics],
  })

  async function apply(provider: string, event: PaymentEvent): Promise<EventOutcome> {
    const [row] = await untilDecided(
      () => db.sql<{ outcome: EventOutcome }[]>`
        select apply_payment_event(${provider}, ${JSON.stringify(event)}::text::jsonb, ${new Date(clock.now())}) as outcome`,
    )
    const { outcome } = found(row)
    counted.inc({ provider, outcome })
    log[ALARMING.includes(outcome) ? 'error' : 'info'](
      { provider, outcome, eventId: event.id, paymentId: event.paymentId },
      'payment event',
    )
    if (ALARMING.includes(outcome)) await deps.alarm().catch((err: unknown) => log.warn({ err }, 'alarm'))
    outbox.nudge()
    return outcome
  }

  async function ask(provider: string, providerRef: string): Promise<boolean> {
    const event = await inTime(found(providers.get(provider)).query(providerRef), limits.providerMsMax)
    return event !== null && (await apply(provider, event)) !== 'duplicate'
  }

  return {
    /**
     * Verifies and applies a notification.
     * @returns what its sender wants to read @throws Fault `webhook_signature`, `invalid_input`, `not_found`
     */
    async receive(name: string, body: Buffer, headers: ReadonlyMap<string, string>): Promise<string> {
      const provider = found(providers.get(name))
      let event: PaymentEvent | null
      try {
        event = provider.parseWebhook(body, headers)
      } catch (error) {
        if (error instanceof Fault) {
          counted.inc({ provider: name, outcome: error.code })
          log.warn({ provider: name, code: error.code, bytes: body.length }, 'payment notification refused')
        }
        throw error
      }
      if (event) await apply(name, event)
      return provider.taken ?? ''
    },

    /** Asks providers about payments that have been open for a while. @returns how many had news */
    async askAgain(): Promise<number> {
      const now = clock.now()
      // A random draw: one that stays open must not keep the others from being asked.
      const open = await db.sql<{ provider: string; providerRef: string }[]>`
        select provider, provider_ref as "providerRef" from payments
        where status = 'pending' and provider = any(${[...providers.keys()]}) and provider_ref is not null
          and created_at between ${new Date(now - limits.queryUntilMs)} and ${new Date(now - limits.queryAfterMs)}
        order by random() limit ${limits.sweptMax}`
      const asked = await Promise.allSettled(open.map((one) => ask(one.provider, one.providerRef)))
      for (const one of asked) {
        if (one.status === 'rejected') log.warn({ err: one.reason }, 'payment provider could not be asked')
      }
      return asked.filter((one) => one.status === 'fulfilled' && one.value).length
    },
  }
}
