import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { payloadOf, readSenderReport, rtpHeader, senderReport } from './rtp.ts'

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
/** The clock of a source that is off by less than this is left alone. */
const OFF_MS_MIN = 5
/** A source that says more than this ahead of the clock counts by another one than before. */
const AHEAD_MS_MAX = 2000

/** What the workers' NTP clock shows beyond `performance.now()`, which lines of one encoder find out together. */
export interface NtpClock {
  /** Null until a source has told. */
  aheadMs: number | null
}

export type AudioLine = ReturnType<typeof createAudioLine>

/**
 * One unbroken line of Opus packets to a UDP port of this machine, for one source at a time. Sources come and go; a mixer
 * waits for all its inputs, so silence is sent in between; and to the smallest frame that there is, for after a gap of a
 * few milliseconds it bends the pitch for seconds to close it. Sequence numbers and times are the line's own, and all
 * lines run by one clock: a packet stands where its sound was made, as the sender reports of its source tell, or where it
 * came while there are none. So hosts stay together, whatever their clocks and networks do.
 * @param lateMsMax how long sound that does not come is waited for before silence takes its place
 */
export function createAudioLine(port: number, ntp: NtpClock, lateMsMax: number) {
  /** So often is looked for sound that is late, each time after reading what has come. */
  const looksMax = lateMsMax / FRAME_MS
  const socket = createSocket('udp4')
  const ssrc = randomInt(1, 2 ** 31)
  const base = randomInt(2 ** 30)
  const startedAt = performance.now()
  let seq = randomInt(2 ** 15)
  /** Where the line ends, in ticks of 1/48 ms from its beginning. */
  let end = 0
  /** What is added to the times of the present source; null until its first packet. */
  let shift: number | null = null
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
    silence(ticksAt(performance.now() - LAG_MS), SILENT_FRAMES.slice(0, 1))
  }

  /** Where a time of the present source is on the line. */
  const place = (time: number, by: number): number => end + ((time + by - timeOf(end)) << 0)

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
      const now = performance.now()
      const comesAt = ticksAt(now - LAG_MS)
      if (shift === null || place(time, shift) - comesAt > AHEAD_MS_MAX * CLOCK_PER_MS)
        shift = timeOf(comesAt) - time
      missed = 0
      const ticks = place(time, shift)
      if (ticks < end) return // silence has taken its place
      silence(ticks)
      send(payload, FRAME)
    },

    /** @returns whether it told how the source's times stand to the clock */
    rtcp(packet: Buffer): boolean {
      const report = readSenderReport(packet)
      if (!report) return false
      const now = performance.now()
      ntp.aheadMs = Math.max(ntp.aheadMs ?? Number.NEGATIVE_INFINITY, report.ntpMs - now)
      const madeAt = report.ntpMs - ntp.aheadMs
      const exact = timeOf(ticksAt(madeAt)) - report.time
      const off = shift === null ? Number.POSITIVE_INFINITY : Math.abs((exact - shift) << 0)
      if (off >= OFF_MS_MIN * CLOCK_PER_MS) shift = exact
      return true
    },

    /** Tells the encoder how the line's times stand to those of the picture. */
    report(): void {
      if (ntp.aheadMs === null) return
      const now = performance.now()
      const told = senderReport({ ssrc, ntpMs: now + ntp.aheadMs, time: timeOf(ticksAt(now)) })
      socket.send(told, port + 1, '127.0.0.1')
    },

    close(): void {
      clearInterval(timer)
      socket.close()
    },
  }
}
