import type { Currency } from '@shelfcast/shared/money.ts'
import { z } from 'zod'
import { createBatcher } from '../kernel/batcher.ts'
import type { Db } from '../kernel/db.ts'
import type { Log } from '../kernel/log.ts'
import type { Outbox } from '../kernel/outbox.ts'
import { isRefusedData } from '../kernel/retry.ts'
import { type Closable, startTicker } from '../kernel/ticker.ts'
import type { Language, Letter, Mails, OrderSummary } from '../mail/index.ts'
import { createReminders, type RemindersDeps } from './reminders.ts'

export interface NoticesDeps extends RemindersDeps {
  db: Db
  outbox: Outbox
  mail: Pick<Mails, 'on'>
  log: Log
  publicUrl: string
  mailbox(personId: string): Promise<{ to: string; name: string; language: Language } | null>
}

const SWEEP_MS = 3600_000

/** The mails of a rush's orders are asked for in one statement. */
const TOGETHER = { waitMs: 2, itemsMax: 200, apart: isRefusedData }

/** Somebody is told of a thing, once. */
interface Told {
  about: keyof typeof SUBJECTS
  subjectId: string
  personId: string
}

/** What a notice is about, by the name under which its id stands in the mail's row. */
const SUBJECTS = {
  order_placed: 'orderId',
  order_paid: 'orderId',
  order_shipped: 'parcelId',
  order_refunded: 'refundId',
} as const

/** A parcel that went longer ago is no news: its notice may have been swept already. */
const PARCEL_NEWS_DAYS = 7

const orderChanged = z.object({ orderId: z.string(), personId: z.string(), status: z.string() })
const wanted = z.discriminatedUnion('about', [
  z.object({ about: z.enum(['order_placed', 'order_paid']), personId: z.string(), orderId: z.string() }),
  z.object({ about: z.literal('order_shipped'), personId: z.string(), parcelId: z.string() }),
  z.object({ about: z.literal('order_refunded'), personId: z.string(), refundId: z.string() }),
  z.object({ about: z.enum(['show_soon', 'show_live']), personId: z.string(), showId: z.string() }),
])

const paymentRefunded = z.object({ refundId: z.string() })
/** An order that changes in one of these may have a new parcel. */
const MAY_SHIP: readonly string[] = ['packed', 'shipped', 'partially_refunded']

const TOLD_OF: ReadonlyMap<string, Told['about']> = new Map([
  ['pending_payment', 'order_placed'],
  ['paid', 'order_paid'],
])

/** Mails about what happened: an order placed or paid, a parcel sent, money given back, a show that is about to begin. Each once. */
export function createNotices(deps: NoticesDeps) {
  const { outbox, mail, log, publicUrl, limits } = deps
  const { sql } = deps.db
  const reminders = createReminders(deps)
  let tickers: Closable[] = []

  // Of the person that a guest became, if they did. Who has no address gets no row.
  const tell = createBatcher(TOGETHER, async (told: Told[]) => {
    await sql`
      with told as materialized (
        select distinct told.about, told.subject, told.id, coalesce(p.merged_into, p.id) as person_id
        from unnest(${told.map(({ about }) => about)}::text[], ${told.map(({ about }) => SUBJECTS[about])}::text[],
            ${told.map(({ subjectId }) => subjectId)}::text[], ${told.map(({ personId }) => personId)}::text[])
            as told(about, subject, id, person_id)
          join persons p on p.id = told.person_id
        where exists (
          select from logins l where l.person_id = coalesce(p.merged_into, p.id) and l.kind = 'email')
      ), noticed as (
        insert into notices (key, person_id) select about || ':' || id, person_id from told
        on conflict do nothing returning key
      )
      insert into outbox (topic, key, payload)
      select 'mail.notice', 'mail:' || person_id, jsonb_build_object('mailId', new_id('mal'), 'about', about,
        'personId', person_id, subject, id)
      from told where about || ':' || id in (select key from noticed)`
    return told
  })

  outbox.on('order.changed', async (payload) => {
    const { orderId, personId, status } = orderChanged.parse(payload)
    const about = TOLD_OF.get(status)
    if (about !== undefined) await tell('', { about, subjectId: orderId, personId })
    else if (MAY_SHIP.includes(status)) await tellParcels(orderId)
  })

  outbox.on('payment.refunded', async (payload) => {
    const { refundId } = paymentRefunded.parse(payload)
    const [refund] = await sql<{ personId: string }[]>`
      select o.person_id as "personId" from refunds r
        join orders o on o.tenant_id = r.tenant_id and o.id = r.order_id
      where r.id = ${refundId} and r.status = 'done'`
    if (refund) await tell('', { about: 'order_refunded', subjectId: refundId, personId: refund.personId })
  })

  async function tellParcels(orderId: string): Promise<void> {
    const parcels = await sql<{ subjectId: string; personId: string }[]>`
      select p.id as "subjectId", o.person_id as "personId"
      from parcels p join orders o on o.tenant_id = p.tenant_id and o.id = p.order_id
      where p.order_id = ${orderId} and p.shipped_at > now() - make_interval(days => ${PARCEL_NEWS_DAYS})`
    await Promise.all(parcels.map((parcel) => tell('', { about: 'order_shipped', ...parcel })))
  }

  mail.on('mail.notice', async (payload) => {
    const notice = wanted.parse(payload)
    const to = await deps.mailbox(notice.personId)
    const letter = to && (await letterOf(notice))
    return to && letter && { ...to, letter }
  })

  function letterOf(notice: z.output<typeof wanted>): Promise<Letter | null> {
    switch (notice.about) {
      case 'order_placed':
      case 'order_paid':
        return orderLetter(notice)
      case 'order_shipped':
        return parcelLetter(notice.parcelId)
      case 'order_refunded':
        return refundLetter(notice.refundId)
      default:
        return showLetter(notice)
    }
  }

  async function parcelLetter(parcelId: string): Promise<Letter | null> {
    const [row] = await sql<(OrderSummary & { shop: string; carrier: string; trackingNumber: string })[]>`
      select o.id, o.currency, o.total_minor as "totalMinor", t.name as shop, p.carrier,
        p.tracking_number as "trackingNumber",
        (select jsonb_agg(jsonb_build_object('title', l.title, 'quantity', x.quantity) order by l.id)
         from parcel_lines x join order_lines l on l.tenant_id = x.tenant_id and l.id = x.line_id
         where x.tenant_id = p.tenant_id and x.parcel_id = p.id) as lines
      from parcels p join orders o on o.tenant_id = p.tenant_id and o.id = p.order_id
        join tenants t on t.id = p.tenant_id
      where p.id = ${parcelId}`
    if (!row) return null
    const { shop, carrier, trackingNumber, ...order } = row
    return {
      about: 'order_shipped',
      url: orderUrl(order.id),
      shop,
      order,
      parcel: { carrier, trackingNumber },
    }
  }

  async function refundLetter(refundId: string): Promise<Letter | null> {
    const [row] = await sql<(Omit<OrderSummary, 'lines'> & { shop: string })[]>`
      select o.id, o.currency, r.amount_minor as "totalMinor", t.name as shop
      from refunds r join orders o on o.tenant_id = r.tenant_id and o.id = r.order_id
        join tenants t on t.id = r.tenant_id
      where r.id = ${refundId}`
    if (!row) return null
    const { shop, ...order } = row
    return { about: 'order_refunded', url: orderUrl(order.id), shop, order: { ...order, lines: [] } }
  }

  const orderUrl = (orderId: string): string => `${publicUrl}/me/orders/${orderId}`

  async function orderLetter(notice: {
    about: 'order_placed' | 'order_paid'
    orderId: string
  }): Promise<Letter | null> {
    const [order] = await sql<
      {
        id: string
        status: string
        currency: Currency
        totalMinor: number
        shop: string
        lines: { title: string; quantity: number }[]
      }[]
    >`
      select o.id, o.status, o.currency, o.total_minor as "totalMinor", t.name as shop,
        (select jsonb_agg(jsonb_build_object('title', l.title, 'quantity', l.quantity) order by l.id)
         from order_lines l where l.tenant_id = o.tenant_id and l.order_id = o.id) as lines
      from orders o join tenants t on t.id = o.tenant_id where o.id = ${notice.orderId}`
    if (!order) return null
    // A mail server that was away: what was placed then may long be paid or over.
    if (notice.about === 'order_placed' && order.status !== 'pending_payment') return null
    const { shop, ...summary } = order
    return { about: notice.about, url: orderUrl(order.id), shop, order: summary }
  }

  async function showLetter(notice: {
    about: 'show_soon' | 'show_live'
    showId: string
    personId: string
  }): Promise<Letter | null> {
    const wantedStatus = notice.about === 'show_soon' ? ['scheduled'] : ['live', 'paused']
    const [show] = await sql<{ title: string; shop: string; at: Date | null }[]>`
      select s.title, t.name as shop, s.scheduled_at as at
      from shows s join tenants t on t.id = s.tenant_id
        join show_reminders r on r.tenant_id = s.tenant_id and r.show_id = s.id and r.person_id = ${notice.personId}
      where s.id = ${notice.showId} and s.status = any(${wantedStatus})`
    if (!show) return null // it ended, or the reminder was taken back
    const { title, shop, at } = show
    const url = `${publicUrl}/s/${notice.showId}`
    return { about: notice.about, url, shop, title, at: at?.getTime() ?? null }
  }

  return {
    reminders,

    start(): void {
      if (tickers.length > 0) return
      tickers = [
        startTicker('reminders', limits.tickMs, log, reminders.tick),
        startTicker('old notices', SWEEP_MS, log, reminders.sweep),
      ]
    },

    async close(): Promise<void> {
      await Promise.all(tickers.map((ticker) => ticker.close()))
    },
  }
}

export type Notices = ReturnType<typeof createNotices>
