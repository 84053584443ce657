import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { until } from '../../test/stage.ts'
import { createAudioLine, type NtpClock } from './audio-line.ts'
import { readSenderReport, senderReport } from './rtp.ts'

/** Two ports beside each other, as an encoder has them. */
async function listen(packets: Buffer[], reports: Buffer[]) {
  for (;;) {
    const rtp = createSocket('udp4')
    rtp.bind(0, '127.0.0.1')
    await once(rtp, 'listening')
    const rtcp = createSocket('udp4')
    rtcp.bind(rtp.address().port + 1, '127.0.0.1')
    const free = await Promise.race([
      once(rtcp, 'listening').then(() => true),
      once(rtcp, 'error').then(() => false),
    ])
    if (free) {
      rtp.on('message', (packet) => packets.push(packet))
      rtcp.on('message', (packet) => reports.push(packet))
      afterAll(() => {
        rtp.close()
        rtcp.close()
      })
      return rtp.address().port
    }
    rtp.close()
  }
}

function packet(seq: number, time: number, text: string): Buffer {
  const header = Buffer.from([0x80, 100, 0, 0, 0, 0, 0, 0, 9, 9, 9, 9])
  header.writeUInt16BE(seq, 2)
  header.writeUInt32BE(time, 4)
  return Buffer.concat([header, Buffer.from(text)])
}
/** As browsers send them: one contributor, one word of extension, and padding. */
function dressed(seq: number, time: number, text: string): Buffer {
  const plain = packet(seq, time, text)
  plain[0] = 0x80 | 0x20 | 0x10 | 1
  const between = Buffer.from([1, 2, 3, 4, 0xbe, 0xde, 0, 1, 9, 9, 9, 9])
  return Buffer.concat([plain.subarray(0, 12), between, plain.subarray(12), Buffer.from([0, 0, 3])])
}
const timeOf = (one: Buffer) => one.readUInt32BE(4)
const textOf = (one: Buffer) => one.subarray(12).toString()
/** How long it is, in ticks: all but silence are of 20 ms. */
const ticksOf = (one: Buffer) => (one.length === 15 ? SILENT_TICKS[one[12]!] : undefined) ?? 960
const SILENT_TICKS: Record<number, number> = { 240: 480, 232: 240, 224: 120 }
const LATE_MS = 200
const NTP_MS = 3_900_000_000_000
const report = (ntpMs: number, time: number) => senderReport({ ssrc: 9, ntpMs, time })

test('silence fills what is missing, and a second source goes on in the line of the first', async () => {
  const heard: Buffer[] = []
  const line = createAudioLine(await listen(heard, []), { aheadMs: null }, LATE_MS)
  await until(() => heard.length >= 3) // before anybody speaks
  line.rtp(packet(7, 1000, 'one'))
  line.rtp(dressed(8, 1960, 'two'))
  await until(() => textOf(heard.at(-1)!) !== 'two' && heard.some((one) => textOf(one) === 'two'))
  line.newSource()
  line.rtp(packet(60_000, 4_294_967_000, 'other'))
  line.rtp(packet(60_001, 664, 'wrapped'))
  await until(() => heard.some((one) => textOf(one) === 'wrapped'))
  line.close()

  const texts = heard.map(textOf)
  expect(texts.indexOf('two')).toBe(texts.indexOf('one') + 1)
  expect(texts.indexOf('wrapped')).toBe(texts.indexOf('other') + 1)
  for (const [index, one] of heard.slice(1).entries()) {
    const before = heard[index]!
    expect(one.readUInt16BE(2)).toBe((before.readUInt16BE(2) + 1) & 0xffff)
    expect(one.readUInt32BE(8)).toBe(before.readUInt32BE(8))
    expect(timeOf(one) - timeOf(before)).toBe(ticksOf(before))
  }
})

test('what a source leaves out is silence to a few milliseconds, and a source that goes by another clock goes on', async () => {
  const heard: Buffer[] = []
  const line = createAudioLine(await listen(heard, []), { aheadMs: null }, LATE_MS)
  await sleep(100)
  line.rtp(packet(1, 0, 'word'))
  line.rtp(packet(2, 48 * 88, 'after'))
  await sleep(150) // the line has come so far
  line.rtp(packet(3, 2 ** 31 - 1, 'elsewhere'))
  await until(() => heard.some((one) => textOf(one) === 'elsewhere'))
  line.close()

  const [word, after, elsewhere] = ['word', 'after', 'elsewhere'].map((text) =>
    heard.findIndex((one) => textOf(one) === text),
  ) as [number, number, number]
  for (const [index, one] of heard.slice(1).entries())
    expect(timeOf(one) - timeOf(heard[index]!)).toBe(ticksOf(heard[index]!))
  const betweenMs = (one: number, other: number) => (timeOf(heard[other]!) - timeOf(heard[one]!)) / 48
  expect(Math.abs(betweenMs(word, after) - 88)).toBeLessThanOrEqual(2.5)
  expect(betweenMs(after, elsewhere)).toBeLessThan(1000)
})

test('what came while this process was held up is not late', async () => {
  const heard: Buffer[] = []
  const line = createAudioLine(await listen(heard, []), { aheadMs: null }, LATE_MS)
  await sleep(100)
  line.rtp(packet(1, 0, 'before'))
  const endsAt = performance.now() + 400
  while (performance.now() < endsAt); // held up
  await new Promise((resolve) => setTimeout(resolve, 0)) // timers go before what was read
  line.rtp(packet(2, 960, 'meanwhile'))
  await until(() => heard.some((one) => textOf(one) === 'meanwhile'))
  line.close()
})

test('a packet stands where its sound was made, whenever it came: two lines tell the same of the same moment', async () => {
  const ntp: NtpClock = { aheadMs: null }
  const [near, far] = [[], []] as [Buffer[], Buffer[]]
  const reports: [Buffer[], Buffer[]] = [[], []]
  const lines = [
    createAudioLine(await listen(near, reports[0]), ntp, LATE_MS),
    createAudioLine(await listen(far, reports[1]), ntp, LATE_MS),
  ]
  const [one, other] = lines as [(typeof lines)[0], (typeof lines)[0]]
  const startedAt = performance.now()
  const ntpNow = () => NTP_MS + performance.now() - startedAt
  const said = (at: number) => Math.round((at - NTP_MS) * 48)
  expect(one.rtcp(report(ntpNow(), 5_000 + said(ntpNow())))).toBe(true)
  expect(other.rtcp(report(ntpNow(), 900_000 + said(ntpNow())))).toBe(true)
  const at = ntpNow()
  one.rtp(packet(1, 5_000 + said(at), 'clap'))
  other.rtp(packet(0, 900_000 + said(at - 20), 'before'))
  await sleep(120) // the other's network is slow
  other.rtp(packet(1, 900_000 + said(at), 'clap'))
  for (const line of lines) line.report()
  await until(() => reports.every((of) => of.length > 0) && far.some((packet) => textOf(packet) === 'clap'))
  for (const line of lines) line.close()

  /** When it was said, by what the line itself reports. */
  const madeAt = (packets: Buffer[], told: Buffer[]) => {
    const { ntpMs, time } = readSenderReport(told[0]!)!
    return ntpMs + ((timeOf(packets.find((packet) => textOf(packet) === 'clap')!) - time) << 0) / 48
  }
  expect(Math.abs(madeAt(near, reports[0]) - at)).toBeLessThan(2)
  expect(Math.abs(madeAt(far, reports[1]) - at)).toBeLessThan(2)
})

test('lateMsMax: sound that is late by less is in its place', async () => {
  const heard: Buffer[] = []
  const line = createAudioLine(await listen(heard, []), { aheadMs: null }, 800)
  await sleep(100)
  line.rtp(packet(1, 0, 'first'))
  await sleep(400)
  line.rtp(packet(2, 960, 'late'))
  await until(() => heard.some((one) => textOf(one) === 'late'))
  const texts = heard.map(textOf)
  expect(texts.indexOf('late')).toBe(texts.indexOf('first') + 1)
  const before = heard.length
  await until(() => heard.length > before)
  line.close()
})

test('what comes after silence has taken its place is left out, and what is no report is none', async () => {
  const heard: Buffer[] = []
  const line = createAudioLine(await listen(heard, []), { aheadMs: null }, LATE_MS)
  line.rtp(packet(1, 0, 'first'))
  await sleep(400)
  line.rtp(packet(2, 960, 'late'))
  line.rtp(packet(3, 48 * 400, 'in time'))
  await until(() => heard.some((one) => textOf(one) === 'in time'))
  expect(heard.map(textOf)).not.toContain('late')
  expect(line.rtcp(Buffer.from([0x80, 201, 0, 1, 0, 0, 0, 0]))).toBe(false)
  expect(line.rtcp(Buffer.alloc(3))).toBe(false)
  line.close()
})
