import { createTickets } from '../../src/accounts/index.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { type Encoding, encodeSamples, type LoadCommand, loadCommand, sharedNow, stamped } from './job.ts'
import { BENCH_KEY, BENCH_TENANT } from './keys.ts'
import { BenchViewer } from './viewer.ts'

/** Viewers of rooms, in a process of their own: they connect, speak in turn, and time what they hear. */

type Command<D extends LoadCommand['do']> = Extract<LoadCommand, { do: D }>

const AT = '@'.charCodeAt(0)
const HASH = '#'.charCodeAt(0)
const JOINING_AT_ONCE = 100
const SETTLE_MS = 1000
/** As the client's own: the first wait, doubled each time, each drawn at random below it. */
const BACKOFF_MS = 500
const BACKOFF_MS_MAX = 15_000
const GIVEN_UP_AFTER_MS = 30_000
/** Codes after which the client does not come again, or comes for another reason than a busy server. */
const FINAL_FROM = 4000

const tickets = createTickets({ key: BENCH_KEY, lifeMs: 600_000, renewMs: 600_000, clock: systemClock })
const viewers: BenchViewer[] = []
const measure = { from: Number.POSITIVE_INFINITY, to: 0, sent: 0, delivered: 0, closed: 0 }
const chatMs: number[] = []
const stateMs: number[] = []
let people = 0

const isDigit = (byte = 0) => byte >= 48 && byte <= 57
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

function heard(bytes: Buffer, start: number, end: number): void {
  const now = sharedNow()
  for (let at = start; at < end; at++) {
    const byte = bytes[at]
    if ((byte !== AT && byte !== HASH) || !isDigit(bytes[at + 1])) continue
    const close = bytes.indexOf(byte, at + 1)
    if (close < 0 || close >= end) return
    const said = Number(bytes.toString('latin1', at + 1, close))
    if (said >= measure.from && said < measure.to) {
      if (byte === AT) {
        measure.delivered++
        chatMs.push(now - said)
      } else stateMs.push(now - said)
    }
    at = close
  }
}

async function viewerOf(
  kind: Command<'connect'>['kind'],
  port: number,
  room: string,
  encoding: Encoding = 'json',
): Promise<BenchViewer> {
  const personId = `per_${process.pid}_${++people}`
  const claims = { tenantId: BENCH_TENANT, showId: room, personId, name: 'Ann', guest: true }
  const ticket = await tickets.issue({ right: 'room', role: 'viewer', ...claims })
  return new BenchViewer(kind, port, room, ticket, encoding)
}

async function connect(command: Command<'connect'>): Promise<void> {
  const { kind, encoding, ports, rooms, idle } = command
  const joining = new Set<Promise<void>>()
  for (let i = 0; i < command.viewers; i++) {
    const viewer = await viewerOf(kind, ports[i % ports.length]!, rooms[i % rooms.length]!, encoding)
    const isStuck = i < command.viewers * command.stuck
    viewer.onLost = () => measure.closed++
    if (!isStuck && !idle) viewer.onHeard = heard
    const one = viewer.join().then((outcome) => {
      if (outcome.is === 'out') throw new Error(`a viewer was closed with ${outcome.code} before it was in`)
      if (isStuck) viewer.client?.socket.pause()
      else if (!idle) viewers.push(viewer)
    })
    joining.add(one)
    void one.finally(() => joining.delete(one))
    if (joining.size >= JOINING_AT_ONCE) await Promise.race(joining)
  }
  await Promise.all(joining)
  process.send?.({ joined: viewers.length })
}

const bytesRead = (): number => viewers.reduce((sum, { client }) => sum + (client?.socket.bytesRead ?? 0), 0)

/** Lines come one at a time, as evenly as timers allow. */
async function run({ linesPerS, warmMs, measureMs, padding }: Command<'run'>): Promise<void> {
  const startedAt = sharedNow()
  measure.from = startedAt + warmMs
  measure.to = measure.from + measureMs
  let count = 0
  let bytesBefore = -1
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const now = sharedNow()
      if (bytesBefore < 0 && now >= measure.from) {
        bytesBefore = bytesRead()
        process.send?.({ measuring: true })
      }
      while (count < ((now - startedAt) / 1000) * linesPerS && now < measure.to) {
        if (now >= measure.from) measure.sent++
        viewers[count++ % viewers.length]!.say(`m${count}`, stamped('@') + padding)
      }
      if (now < measure.to) return
      clearInterval(timer)
      resolve()
    }, 1)
  })
  const bytes = bytesRead() - bytesBefore
  process.send?.({ measuring: false })
  await wait(SETTLE_MS)
  const { sent, delivered, closed } = measure
  const samples = { chatMs: encodeSamples(chatMs), stateMs: encodeSamples(stateMs) }
  process.send?.({ sent, delivered, bytes, closed, ...samples })
}

/** Times are from the moment when the network is back until a viewer has all that it missed. */
async function cut({ awayMs, missedMin }: Command<'cut'>): Promise<void> {
  const targets = viewers.map((viewer) => (viewer.offset ?? 0) + missedMin)
  for (const viewer of viewers) {
    viewer.onLost = () => {}
    viewer.missed = 0
    viewer.client?.end()
  }
  await wait(awayMs)
  const backAt = sharedNow()
  const replayMs: number[] = []
  await Promise.all(
    viewers.map(async (viewer, i) => {
      await comeIn(viewer)
      while ((viewer.offset ?? 0) < targets[i]! && sharedNow() - backAt < GIVEN_UP_AFTER_MS) await wait(5)
      if ((viewer.offset ?? 0) >= targets[i]!) replayMs.push(sharedNow() - backAt)
    }),
  )
  const missed = viewers.reduce((sum, viewer) => sum + viewer.missed, 0)
  const recovered = viewers.filter((viewer, i) => viewer.missed === 0 && (viewer.offset ?? 0) >= targets[i]!)
  const counts = { returned: replayMs.length, recovered: recovered.length, missed }
  process.send?.({ ...counts, replayMs: encodeSamples(replayMs) })
}

/** @returns after how many attempts it was in, and how many ends were such that coming again does not mend them */
async function comeIn(viewer: BenchViewer): Promise<{ attempts: number; errors: number }> {
  const startedAt = sharedNow()
  let errors = 0
  await wait(Math.random() * BACKOFF_MS)
  for (let attempts = 1; ; attempts++) {
    const outcome = await viewer.join()
    if (outcome.is === 'in') return { attempts, errors }
    if (outcome.code >= FINAL_FROM) errors++
    if (sharedNow() - startedAt > GIVEN_UP_AFTER_MS) return { attempts, errors: errors + 1 }
    await wait(outcome.moveMs ?? Math.random() * Math.min(BACKOFF_MS_MAX, BACKOFF_MS * 2 ** attempts))
  }
}

async function storm({ port }: Command<'storm'>): Promise<void> {
  for (const viewer of viewers) {
    viewer.onLost = () => {}
    viewer.missed = 0
    viewer.client?.end()
    viewer.port = port
  }
  const startedAt = sharedNow()
  const joinMs: number[] = []
  const results = await Promise.all(
    viewers.map(async (viewer) => {
      const result = await comeIn(viewer)
      joinMs.push(sharedNow() - startedAt)
      return result
    }),
  )
  process.send?.({
    recovered: viewers.filter(({ missed }) => missed === 0).length,
    inside: results.filter(({ errors }) => errors === 0).length,
    attemptsMax: Math.max(...results.map(({ attempts }) => attempts)),
    errors: results.reduce((sum, { errors }) => sum + errors, 0),
    joinMs: encodeSamples(joinMs),
  })
}

process.on('message', (message) => {
  const command = loadCommand.parse(message)
  if (command.do === 'run') void run(command)
  else if (command.do === 'cut') void cut(command)
  else if (command.do === 'storm') void storm(command)
  else void connect(command)
})
process.on('SIGTERM', () => process.exit(0))
