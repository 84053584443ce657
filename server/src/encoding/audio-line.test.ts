import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterAll, expect, test } from 'vitest'
import { until } from '../../test/stage.ts'
import { createAudioLine } from './audio-line.ts'

const socket = createSocket('udp4')
socket.bind(0, '127.0.0.1')
await once(socket, 'listening')
const heard: Buffer[] = []
socket.on('message', (packet) => heard.push(packet))
afterAll(() => socket.close())

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

test('silence fills what is missing, and a second source goes on in the line of the first', async () => {
  const line = createAudioLine(socket.address().port)
  line.newSource()
  line.rtp(packet(7, 1000, 'one'))
  line.rtp(dressed(8, 1960, 'two'))
  await until(() => heard.length >= 8) // silence after 200 ms
  line.newSource()
  line.rtp(packet(60_000, 4_000_000_000, 'other'))
  await until(() => heard.some((one) => one.subarray(12).toString() === 'other'))
  line.close()

  const [first, ...rest] = heard
  expect([timeOf(first!), first!.subarray(12).toString()]).toEqual([1000, 'one'])
  expect(rest[0]!.subarray(12).toString()).toBe('two')
  let before = first!
  for (const one of rest) {
    expect(one.readUInt16BE(2)).toBe((before.readUInt16BE(2) + 1) & 0xffff)
    expect(one.readUInt32BE(8)).toBe(before.readUInt32BE(8))
    const step = timeOf(one) - timeOf(before)
    expect(step).toBeGreaterThan(0)
    expect(step).toBeLessThanOrEqual(48 * 1000)
    before = one
  }
})
