import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { until } from '../../test/stage.ts'
import { createAudioLine } from './audio-line.ts'

async function listen(packets: Buffer[]): Promise<number> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  socket.on('message', (packet) => packets.push(packet))
  afterAll(() => socket.close())
  return socket.address().port
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

test('silence fills what is missing, and a second source goes on in the line of the first', async () => {
  const heard: Buffer[] = []
  const line = createAudioLine(await listen(heard), LATE_MS)
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
  const line = createAudioLine(await listen(heard), LATE_MS)
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
  const line = createAudioLine(await listen(heard), LATE_MS)
  await sleep(100)
  line.rtp(packet(1, 0, 'before'))
  const endsAt = performance.now() + 400
  while (performance.now() < endsAt); // held up
  await new Promise((resolve) => setTimeout(resolve, 0)) // timers go before what was read
  line.rtp(packet(2, 960, 'meanwhile'))
  await until(() => heard.some((one) => textOf(one) === 'meanwhile'))
  line.close()
})

test.each([
  ['fast', 1.001],
  ['slow', 0.999],
])('a source whose clock is %s stays with that of the line', async (_, pace) => {
  let clock = 0
  const heard: Buffer[] = []
  const line = createAudioLine(await listen(heard), LATE_MS, () => clock)
  const minute = 3000
  for (let n = 0; n < minute; n++) {
    const networkMs = n % 7 === 0 ? 0 : (n * 13) % 40
    clock = 1000 + (n * 20) / pace + networkMs
    line.rtp(packet(n, n * 960, `${n}`))
    if (n % 50 === 0) await sleep(1) // what listens keeps up
  }
  await until(() => textOf(heard.at(-1)!) === `${minute - 1}`)
  line.close()
  // Uncorrected it would be 60 ms off. What is allowed: a correction that is due, a frame, and the network.
  const madeMs = ((minute - 1) * 20) / pace
  const at = (timeOf(heard.at(-1)!) - timeOf(heard.find((one) => textOf(one) === '0')!)) / 48
  expect(Math.abs(at - madeMs)).toBeLessThanOrEqual(30)
  const played = heard.filter((one) => /^\d+$/.test(textOf(one))).length
  expect(minute - played).toBeLessThan(minute / 200)
})

test('a source whose first packet was slow is put right, and what its network holds up is not', async () => {
  let clock = 0
  const heard: Buffer[] = []
  const line = createAudioLine(await listen(heard), LATE_MS, () => clock)
  clock = 1150
  line.rtp(packet(0, 0, 'first'))
  for (let n = 8; n < 2000; n++) {
    clock = 1000 + n * 20 + (n > 1200 && n % 4 > 0 ? 60 : 0)
    line.rtp(packet(n, n * 960, `${n}`))
    if (n % 50 === 0) await sleep(1)
  }
  await until(() => textOf(heard.at(-1)!) === '1999')
  line.close()
  const at = (n: number) => timeOf(heard.find((one) => textOf(one) === `${n}`)!)
  const between = (n: number, other: number) => (at(other) - at(n)) / 48 - (other - n) * 20
  expect(between(100, 1000)).toBeGreaterThan(-170)
  expect(between(100, 1000)).toBeLessThan(-130)
  expect(Math.abs(between(1000, 1999))).toBeLessThan(2.5)
})

test('lateMsMax: sound that is late by less is in its place', async () => {
  const heard: Buffer[] = []
  const line = createAudioLine(await listen(heard), 800)
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

test('what comes after silence has taken its place is left out', async () => {
  const heard: Buffer[] = []
  const line = createAudioLine(await listen(heard), LATE_MS)
  line.rtp(packet(1, 0, 'first'))
  await sleep(400)
  line.rtp(packet(2, 960, 'late'))
  line.rtp(packet(3, 48 * 400, 'in time'))
  await until(() => heard.some((one) => textOf(one) === 'in time'))
  expect(heard.map(textOf)).not.toContain('late')
  line.close()
})
