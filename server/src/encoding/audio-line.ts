import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { payloadOf, rtpHeader } from './rtp.ts'

const CLOCK_PER_MS = 48
const FRAME_MS = 20
const FRAME = FRAME_MS * CLOCK_PER_MS
/** Opus frames in which nothing is heard (RFC 6716, 3.1), of 20, 10, 5 and 2.5 ms, and their lengths in ticks. */
const SILENT_FRAMES = [0xf8, 0xf0, 0xe8, 0xe0].map((head, halvings) => ({
  bytes: Buffer.from([head, 0xff, 0xfe]),
  ticks: FRAME / 2 ** halvings,
}))
/** Silence stays so far behind the clock: what was said now arrives about that much later. */
const LAG_MS = 60
/** Of so many packets the one that came quickest tells how a source's clock goes: some ten seconds of them. */
const QUICKEST_OF = 500
/** A source that is off by less than this is left alone. */
const OFF_MS_MIN = 10
/** A source that says more than this ahead of the clock counts by another one than before. */
const AHEAD_MS_MAX = 2000

export type AudioLine = ReturnType<typeof createAudioLine>

/**
 * One unbroken line of Opus packets to a UDP port of this machine, for one source at a time. Sources come and go; a mixer
 * waits for all its inputs, so silence is sent in between; and to the smallest frame that there is, for after a gap of a
 * few milliseconds it bends the pitch for seconds to close it. Sequence numbers and times are the line's own, and all
 * lines run by this process's clock. A packet stands where its source's times put it, counted from the packets that came
 * quickest: networks hold packets up and never hurry them, so what the quickest of many are off by is the source's clock,
 * or that its first packet was slow, and is put right. So hosts stay together for hours. (Sender reports would not tell
 * more: those of a mediasoup worker say when a packet came to it, not when its sound was made.)
 * @param lateMsMax how long sound that does not come is waited for before silence takes its place
 * @param now milliseconds of a clock that never goes back
 */
export function createAudioLine(port: number, lateMsMax: number, now = (): number => performance.now()) {
  /** So often is looked for sound that is late, each time after reading what has come. */
  const looksMax = lateMsMax / FRAME_MS
  const socket = createSocket('udp4')
  const ssrc = randomInt(1, 2 ** 31)
  const base = randomInt(2 ** 30)
  const startedAt = now()
  let seq = randomInt(2 ** 15)
  /** Where the line ends, in ticks of 1/48 ms from its beginning. */
  let end = 0
  /** What is added to the times of the present source; null until its first packet. */
  let shift: number | null = null
  /** How long after its place the quickest packet came, in ticks, of those that were counted. */
  let quickest = Number.POSITIVE_INFINITY
  let counted = 0
  let missed = looksMax

  socket.on('error', () => {}) // nobody listens yet, or any more
  socket.unref()
  const timer = setInterval(look, FRAME_MS)
  timer.unref()

  const ticksAt = (at: number): number => Math.round((at - startedAt) * CLOCK_PER_MS)
  const timeOf = (ticks: number): number => (base + ticks) % 2 ** 32

  function send(payload: Buffer, ticks: number): void {
    socket.send([rtpHeader({ seq, time: timeOf(end), ssrc }), payload], port, '127.0.0.1')
    seq = (seq + 1) & 0xffff
    end += ticks
  }

  function silence(until: number, frames = SILENT_FRAMES): void {
    for (const { bytes, ticks } of frames) while (end + ticks <= until) send(bytes, ticks)
  }

  /** Not by the clock: after this process was held up, packets wait that it has not read yet. */
  function look(): void {
    if (++missed > looksMax) fill()
  }

  function fill(): void {
    silence(ticksAt(now() - LAG_MS), SILENT_FRAMES.slice(0, 1))
  }

  /** Where a time of the present source is on the line. */
  const place = (time: number, by: number): number => end + ((time + by - timeOf(end)) << 0)

  /** Counts a packet; what the source is off by is put right once there were enough. */
  function follow(behind: number): void {
    quickest = Math.min(quickest, behind)
    counted += 1
    if (counted < QUICKEST_OF) return
    if (shift !== null && Math.abs(quickest) >= OFF_MS_MIN * CLOCK_PER_MS) shift += quickest
    recount()
  }

  function recount(): void {
    quickest = Number.POSITIVE_INFINITY
    counted = 0
  }

  return {
    /** The packets that follow are of another source, or none follow. */
    newSource(): void {
      shift = null
      missed = looksMax
      fill()
    },

    rtp(packet: Buffer): void {
      const payload = payloadOf(packet)
      if (!payload) return
      const time = packet.readUInt32BE(4)
      const comesAt = ticksAt(now() - LAG_MS)
      if (shift === null || place(time, shift) - comesAt > AHEAD_MS_MAX * CLOCK_PER_MS) {
        shift = timeOf(comesAt) - time
        recount()
      }
      missed = 0
      follow(comesAt - place(time, shift))
      const ticks = place(time, shift)
      if (ticks < end) return // silence has taken its place
      silence(ticks)
      send(payload, FRAME)
    },

    close(): void {
      clearInterval(timer)
      socket.close()
    },
  }
}
