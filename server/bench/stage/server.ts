import { execFileSync } from 'node:child_process'
import { z } from 'zod'
import { benchApp } from './app.ts'
import { SOUND, VIDEO } from './rtp.ts'

/** A server, a process of its own, whose show's host is the source. Lifted is what a worker refuses. */

const options = z
  .object({ workers: z.number(), viewersMax: z.number() })
  .parse(JSON.parse(process.argv[2] ?? ''))
const { viewersMax } = options
const lifted = {
  ...{ viewersPerWorkerMax: viewersMax, viewersPerShowMax: viewersMax },
  ...{ workerCpuLeavePct: Number.POSITIVE_INFINITY, workerCpuRefusePct: Number.POSITIVE_INFINITY },
}
const { domains, url, showId, host, ticket } = await benchApp(options.workers, lifted)
const seat = await domains.stage.standIn(host, () => {})
const video = await seat.receive('video', VIDEO)
const audio = await seat.receive('audio', SOUND)
await seat.goLive()

const workerPids = execFileSync('pgrep', ['-P', String(process.pid), '-f', 'mediasoup-worker'], {
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .map(Number)

process.on('message', async (message) => {
  const { from, count } = z.object({ from: z.number(), count: z.number() }).parse(message)
  const people = Array.from({ length: count }, (_, i) => `per_${from + i}`)
  process.send?.({ tickets: await Promise.all(people.map(ticket)) })
})
process.send?.({ url, showId, workerPids, video, audio })
