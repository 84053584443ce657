import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { FFMPEG } from '../../test/plain-host.ts'
import { tonesOf } from '../../test/tones.ts'
import { createAudioLine } from './audio-line.ts'
import { findPorts, startEncoder } from './encoder.ts'

const VIDEO = { mimeType: 'video/VP8', payloadType: 101, clockRate: 90_000 }
const HZ = [440, 1000]
const ON = 0.05
const OFF = 0.01

const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
})

/** An ffmpeg that sends RTP as it plays. */
function send(port: number, source: string, ...encode: string[]): void {
  const to = `rtp://127.0.0.1:${port}?pkt_size=1200`
  const args = ['-v', 'error', '-re', '-f', 'lavfi', '-i', source, ...encode, '-f', 'rtp', to]
  children.push(spawn(FFMPEG, args, { stdio: 'ignore' }))
}

async function tone(hz: number, hear: (packet: Buffer) => void): Promise<void> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  afterAll(() => socket.close())
  socket.on('message', hear)
  const source = `sine=frequency=${hz}:sample_rate=48000`
  send(socket.address().port, source, '-c:a', 'libopus', '-af', 'volume=2', '-payload_type', '111')
}

test.skipIf(FFMPEG === '')(
  'voices that take turns are heard in their turns, each at its own pitch from its first moment on',
  { timeout: 60_000 },
  async () => {
    const ports = await findPorts(HZ.length)
    const lines = ports.audio.map((port) => createAudioLine(port, 200))
    let turn = 0
    for (const [index, hz] of HZ.entries())
      await tone(hz, (packet) => turn === index && lines[index]!.rtp(packet))
    send(ports.video, 'testsrc2=size=160x90:rate=10', '-c:v', 'libvpx', '-g', '10', '-payload_type', '101')
    await sleep(1000)
    const encoder = startEncoder(FFMPEG, VIDEO, ports, { keyFrameMs: 1000, fragmentMs: null })
    const chunks: Buffer[] = []
    encoder.output.on('data', (chunk: Buffer) => chunks.push(chunk))
    await once(encoder.output, 'data')
    for (const next of [1, 0, 1]) {
      await sleep(2700)
      lines[turn]!.newSource()
      turn = next
    }
    await sleep(3000)
    encoder.stop(5000)
    await encoder.ended
    turn = -1
    for (const line of lines) line.close()

    const heard = (await tonesOf(Buffer.concat(chunks), HZ))
      .map((tones) => tones.map((one) => (one > ON ? 'on' : one < OFF ? 'off' : 'weak')).join())
      .slice(1)
    const turns = heard.filter((one, at) => one !== heard[at - 1])
    const clear = turns.filter((one) => ['on,off', 'off,on'].includes(one))
    expect(clear).toEqual(['on,off', 'off,on', 'on,off', 'off,on'])
    // Between two turns there is a window of both or of neither, and no more.
    expect(heard.filter((one) => !clear.includes(one)).length).toBeLessThanOrEqual(2 * 3)
    expect(heard.filter((one) => one === 'off,on').length).toBeGreaterThan(16)
  },
)

test.skipIf(FFMPEG === '')('a picture of odd sides is filmed', { timeout: 30_000 }, async () => {
  const ports = await findPorts(1)
  const silence = createAudioLine(ports.audio[0]!, 200)
  send(ports.video, 'testsrc=size=81x45:rate=10', '-c:v', 'libvpx', '-g', '10', '-payload_type', '101')
  await sleep(1000)
  const encoder = startEncoder(FFMPEG, VIDEO, ports, { keyFrameMs: 1000, fragmentMs: null })
  const ended = encoder.ended.then(({ said }) => said)
  await Promise.race([once(encoder.output, 'data'), ended.then((said) => Promise.reject(new Error(said)))])
  encoder.stop(5000)
  silence.close()
  expect(await ended).not.toContain('not divisible')
})
