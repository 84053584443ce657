import { Registry } from 'prom-client'
import { SMTPServer } from 'smtp-server'
import { afterAll, expect, test } from 'vitest'
import { testLimits } from '../../test/fixtures.ts'
import { freePort } from '../../test/ports.ts'
import { silentLog, testDb } from '../../test/world.ts'
import { createOutbox } from '../kernel/outbox.ts'
import { createKeptMails } from './kept.ts'
import { createMail } from './mail.ts'
import { createSmtp } from './smtp.ts'

const db = await testDb()

interface Taken {
  to: string[]
  raw: string
}

/** A real mail server on a port; `fail` answers instead of taking a recipient. */
function mailServer(port: number, fail?: (address: string) => Error | null) {
  const taken: Taken[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo({ address }, _session, done) {
      done(fail?.(address) ?? null)
    },
    onData(stream, session, done) {
      let raw = ''
      stream.on('data', (chunk: Buffer) => {
        raw += chunk.toString()
      })
      stream.on('end', () => {
        taken.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw })
        done()
      })
    },
  })
  server.on('error', () => {})
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  afterAll(close)
  return new Promise<{ taken: Taken[]; close: typeof close }>((resolve) => {
    server.listen(port, '127.0.0.1', () => resolve({ taken, close }))
  })
}

const refusal = (code: number) => Object.assign(new Error('no such mailbox'), { responseCode: code })

const outbox = createOutbox({
  db,
  log: silentLog,
  metrics: new Registry(),
  limits: { ...testLimits.outbox, backoffMsMin: 20, backoffMsMax: 50 },
})
outbox.start()
afterAll(() => outbox.close())

function mailing(port: number) {
  const mail = createMail({
    db,
    outbox,
    log: silentLog,
    smtp: { url: `smtp://127.0.0.1:${port}`, from: 'Lumen <shop@lumen.example>' },
    limits: testLimits.mail,
  })
  const topic = `mail.test.${port}`
  mail.on(topic, async ({ to, name }) => ({
    to: String(to),
    name: String(name),
    language: 'zh-CN',
    letter: { about: 'verify', url: 'https://lumen.example/verify#t', minutes: 30 },
  }))
  afterAll(() => mail.close())
  return {
    write: async (mailId: string, to: string) => {
      await db.sql`
        insert into outbox (topic, key, payload)
        values (${topic}, ${mailId}, ${db.sql.json({ mailId, to, name: 'Ann\r\nBcc: eve@example.com' })})`
      outbox.nudge()
    },
    rows: () => db.sql`select attempts, state, last_error from outbox where topic = ${topic}`,
  }
}

const until = async (check: () => Promise<boolean> | boolean) => {
  for (let i = 0; i < 200 && !(await check()); i++) await new Promise((resolve) => setTimeout(resolve, 25))
  expect(await check()).toBe(true)
}

test('a letter goes out as plain text and HTML, to one address, under an id of its own', async () => {
  const port = await freePort()
  const { taken } = await mailServer(port)
  const { write, rows } = mailing(port)
  await write('mal_1', 'ann@example.com')
  await until(async () => (await rows()).length === 0)
  expect(taken).toHaveLength(1)
  const { to, raw } = taken[0]!
  expect(to).toEqual(['ann@example.com'])
  expect(raw).toContain('Message-ID: <mal_1@lumen.example>')
  expect(raw).toMatch(/From: (")?Lumen(")? <shop@lumen.example>/)
  expect(raw).toMatch(/text\/plain[\s\S]*text\/html/)
  expect(raw).not.toMatch(/^Bcc:/m)
})

test('a mail server that is down loses nothing: when it is back the mail goes, once', async () => {
  const port = await freePort()
  const { write, rows } = mailing(port)
  await write('mal_2', 'ben@example.com')
  await until(async () => Number((await rows())[0]?.attempts ?? 0) >= 3)
  const [row] = await rows()
  expect(row?.last_error).toMatch(/^SMTP: /)
  expect(row?.last_error).not.toContain('ben@example.com')
  const { taken } = await mailServer(port)
  await until(async () => (await rows()).length === 0)
  expect(taken.map(({ to }) => to)).toEqual([['ben@example.com']])
})

test('an address that is refused for now is tried again, one that is refused for good is let go', async () => {
  const port = await freePort()
  let tries = 0
  const { taken } = await mailServer(port, (address) => {
    if (address.startsWith('gone')) return refusal(550)
    return ++tries < 3 ? refusal(451) : null
  })
  const { write, rows } = mailing(port)
  await write('mal_3', 'gone@example.com')
  await write('mal_4', 'busy@example.com')
  await until(async () => (await rows()).length === 0)
  expect([tries, taken.map(({ to }) => to)]).toEqual([3, [['busy@example.com']]])
})

test('a failure names nobody', async () => {
  const port = await freePort()
  await mailServer(port, () => refusal(451))
  const smtp = createSmtp({ url: `smtp://127.0.0.1:${port}`, from: 'a@b.example', limits: testLimits.mail })
  const error: unknown = await smtp
    .send({ id: 'mal_5', to: 'secret.person@example.com', subject: 's', text: 't', html: 'h' })
    .catch((error: unknown) => error)
  expect(String(error)).toBe('Error: SMTP: EENVELOPE 451')
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret.person')
  smtp.close()
})

test('several addresses in one are one wrong address, not several mails', async () => {
  const port = await freePort()
  const { taken } = await mailServer(port)
  const smtp = createSmtp({ url: `smtp://127.0.0.1:${port}`, from: 'a@b.example', limits: testLimits.mail })
  await smtp
    .send({ id: 'mal_6', to: 'ann@example.com,eve@example.com', subject: 's', text: 't', html: 'h' })
    .catch(() => false)
  expect(taken.filter(({ to }) => to.length > 1 || to.includes('eve@example.com'))).toEqual([])
  smtp.close()
})

test('without SMTP the newest mails are kept, each once, and no more than the limit', async () => {
  const kept = createKeptMails({ db, keptMax: 3 })
  const mail = (n: number) => ({ id: `mal_k${n}`, to: 'a@b.example', subject: `${n}`, text: 't', html: 'h' })
  for (const n of [1, 2, 3, 3, 4, 5]) await kept.send(mail(n))
  expect((await kept.list(10)).map(({ subject }) => subject)).toEqual(['5', '4', '3'])
})
