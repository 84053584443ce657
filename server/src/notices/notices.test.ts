import { expect, test } from 'vitest'
import { ADDRESS } from '../../test/address.ts'
import { merchant, signedUp, testApp } from '../../test/app.ts'
import { testLimits } from '../../test/fixtures.ts'
import { mailsTo } from '../../test/mails.ts'

const app = await testApp({ DEMO: '1' })
const { notices, shows, outbox, mail } = app.domains
const { sql } = app.domains.db
const shop = await merchant(app)

const MINUTE = 60_000
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code
const schedule = (inMs: number | null, title = 'Winter evening') =>
  shows.create(shop.tenant.id, {
    title,
    scheduledAt: inMs === null ? null : Date.now() + inMs,
    hostIds: [shop.owner.id],
  })
const subjects = async (login: string) => {
  await outbox.idle()
  return (await mail.kept!.list(500)).filter(({ to }) => to === login).map(({ subject }) => subject)
}
const remind = (person: typeof shop.owner, showId: string) =>
  person.call('POST', `/shows/${showId}/reminder`, {})

test('who asked is told ten minutes before and when it is live, once each', async () => {
  const ann = await signedUp(app)
  const show = await schedule(60 * MINUTE)
  expect(await (await remind(ann, show.id)).json()).toEqual({ on: true, possible: true })
  expect((await remind(ann, show.id)).status).toBe(200)
  await notices.reminders.tick()
  expect(await subjects(ann.login)).toEqual([])

  await shows.change(shop.tenant.id, show.id, { scheduledAt: Date.now() + 9 * MINUTE })
  await Promise.all([notices.reminders.tick(), notices.reminders.tick(), notices.reminders.tick()])
  await notices.reminders.tick()
  expect(await subjects(ann.login)).toEqual(['Starting soon: Winter evening'])

  await shows.goLive(shop.tenant.id, show.id)
  await Promise.all([notices.reminders.tick(), notices.reminders.tick()])
  await notices.reminders.tick()
  expect(await subjects(ann.login)).toEqual(['Live now: Winter evening', 'Starting soon: Winter evening'])
  const late = await remind(await signedUp(app), show.id)
  expect([late.status, await codeOf(late)]).toEqual([409, 'show_not_scheduled'])
  await shows.end(shop.tenant.id, show.id)
  await notices.reminders.sweep()
  expect(await sql`select 1 from show_reminders where show_id = ${show.id}`).toHaveLength(0)
})

test('no mail for a show that ended, nor for a reminder that was taken back', async () => {
  const [ann, ben] = [await signedUp(app), await signedUp(app)]
  const [ended, kept] = [await schedule(5 * MINUTE), await schedule(5 * MINUTE)]
  await remind(ann, ended.id)
  await remind(ben, kept.id)
  await shows.end(shop.tenant.id, ended.id)
  expect(await (await ben.call('DELETE', `/shows/${kept.id}/reminder`)).json()).toEqual({
    on: false,
    possible: true,
  })
  await notices.reminders.tick()
  expect([await subjects(ann.login), await subjects(ben.login)]).toEqual([[], []])
})

test('a show that ends while its mail waits is not announced', async () => {
  const ann = await signedUp(app)
  const show = await schedule(5 * MINUTE)
  await remind(ann, show.id)
  await sql`insert into notices (key, person_id) values (${`show_soon:${show.id}`}, ${ann.id})`
  await shows.end(shop.tenant.id, show.id)
  await sql`
    insert into outbox (topic, key, payload)
    values ('mail.notice', 'k', ${sql.json({ mailId: 'mal_x', about: 'show_soon', personId: ann.id, showId: show.id })})`
  outbox.nudge()
  expect(await subjects(ann.login)).toEqual([])
})

test('a guest signs in first, a phone alone has no address, a stranger show is not there', async () => {
  const show = await schedule(60 * MINUTE)
  const visitor = await app.domains.accounts.people.createGuest()
  const asGuest = await app.domains.accounts.sessions.open(visitor.id)
  const ask = (token: string, method = 'POST', path = `/shows/${show.id}/reminder`) =>
    fetch(`${app.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
      },
      ...(method === 'GET' ? {} : { body: '{}' }),
    })
  expect(await codeOf(await ask(asGuest))).toBe('account_needed')
  expect(await (await ask(asGuest, 'GET')).json()).toEqual({ on: false, possible: false })
  const phone = await app.domains.accounts.people.signUp({
    login: '+12025550123',
    password: 'correct horse',
    name: 'P',
  })
  const asPhone = await app.domains.accounts.sessions.open(phone.id)
  expect(await codeOf(await ask(asPhone))).toBe('email_needed')
  for (const method of ['GET', 'POST', 'DELETE']) {
    expect([method, (await ask(asPhone, method, '/shows/shw_none/reminder')).status]).toEqual([method, 404])
  }
})

test('a person has so many reminders of shows to come', async () => {
  const ann = await signedUp(app)
  const max = testLimits.notices.remindersPerPersonMax
  await sql`
    with made as (
      insert into shows (tenant_id, id, title) select ${shop.tenant.id}, 'shw_many_' || n, 'Show' from generate_series(1, ${max}::int) n
      returning tenant_id, id)
    insert into show_reminders (tenant_id, show_id, person_id) select tenant_id, id, ${ann.id} from made`
  const show = await schedule(60 * MINUTE)
  expect(await codeOf(await remind(ann, show.id))).toBe('too_many_reminders')
  await shows.end(shop.tenant.id, 'shw_many_1')
  expect((await remind(ann, show.id)).status).toBe(200)
})

async function place(person: typeof shop.owner, key: string): Promise<string> {
  const response = await person.call(
    'POST',
    '/orders',
    {
      showId: shop.show.id,
      lines: [{ skuId: shop.sku.id, quantity: 1 }],
      address: ADDRESS,
      expectedTotalMinor: 7900,
    },
    { 'idempotency-key': key },
  )
  return ((await response.json()) as { id: string }).id
}

test('an order is told of when it is placed and when it is paid, once each, whatever is repeated', async () => {
  const ann = await signedUp(app, '安')
  await app.domains.accounts.profiles.change(ann.id, { language: 'zh-CN' })
  const id = await place(ann, 'order-for-mail')
  await mailsTo(app, ann.login)
  expect(await subjects(ann.login)).toEqual(['下单成功：Lumen Goods ¥79.00'])
  await sql`update orders set status = 'paid', paid_at = now() where id = ${id}`
  for (let n = 0; n < 3; n++) await sql`select tell_order_changed(array[${id}])`
  outbox.nudge()
  const mails = await mailsTo(app, ann.login, 2)
  expect(await subjects(ann.login)).toEqual(['付款成功：Lumen Goods ¥79.00', '下单成功：Lumen Goods ¥79.00'])
  expect(mails[0]?.text).toContain(`/me/orders/${id}`)
  expect(mails[0]?.text).toContain('Cloud mug × 1')
})

test('each parcel and each refund is told of once', async () => {
  const ann = await signedUp(app)
  const id = await place(ann, 'order-that-is-sent')
  await mailsTo(app, ann.login)
  await sql`update orders set status = 'paid', paid_at = now() where id = ${id}`
  const parcel = { carrier: 'SF Express', trackingNumber: 'SF 77', lines: null }
  const sent = await shop.owner.call('POST', `/tenants/${shop.tenant.id}/orders/${id}/parcels`, parcel)
  expect(sent.status).toBe(201)
  await sql`select tell_order_changed(array[${id}])`
  const [payment] = await sql<{ id: string }[]>`
    insert into payments (id, person_id, provider, status, currency, amount_minor)
    values ('pay_told', ${ann.id}, 'sandbox', 'captured', 'CNY', 7900) returning id`
  await sql`
    insert into refunds (id, payment_id, tenant_id, order_id, amount_minor, reason, status)
    values ('ref_told', ${payment!.id}, ${shop.tenant.id}, ${id}, 2900, 'late', 'done')`
  for (let n = 0; n < 2; n++) {
    await sql`insert into outbox (topic, key, payload)
      values ('payment.refunded', 'pay_told', ${sql.json({ paymentId: 'pay_told', refundId: 'ref_told' })})`
  }
  outbox.nudge()
  const mails = await mailsTo(app, ann.login, 3)
  expect((await subjects(ann.login)).sort()).toEqual([
    'On its way: your order at Lumen Goods',
    `Order placed: CN¥79.00 at Lumen Goods`,
    'Refunded: CN¥29.00 by Lumen Goods',
  ])
  const text = mails.map((mail) => mail.text).join('\n')
  expect(text).toContain('SF Express, tracking number SF 77')
})

test('a scheduled show as a calendar entry; one without a time has none', async () => {
  const show = await schedule(
    60 * MINUTE,
    '冬夜好物，第一场; with a long title that has to be folded over several lines of the file',
  )
  const response = await fetch(`${app.url}/s/${show.id}/calendar.ics`)
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/calendar; charset=utf-8',
  ])
  const text = await response.text()
  expect(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true)
  const unfolded = text.replaceAll('\r\n ', '')
  expect(unfolded).toContain('SUMMARY:冬夜好物，第一场\\; with a long title')
  expect(unfolded).toMatch(/DTSTART:\d{8}T\d{6}Z/)
  expect((await fetch(`${app.url}/s/${(await schedule(null)).id}/calendar.ics`)).status).toBe(404)
  expect((await fetch(`${app.url}/s/shw_none/calendar.ics`)).status).toBe(404)
})
