import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'

/** What a take's sound is sent as, whoever it comes from. */
export const AUDIO_PAYLOAD_TYPE = 111
const CLOCK_PER_MS = 48
const FRAME_MS = 20
/** One Opus frame of 20 ms in which nothing is heard. */
const SILENT_FRAME = Buffer.from([0xf8, 0xff, 0xfe])
/** Sound that is later than this does not come. */
const SILENT_AFTER_MS = 200
const RTP_HEADER_BYTES = 12

/**
 * One unbroken line of sound to a UDP port of this machine. A host's microphone comes and goes; players stop where a
 * recording has a picture and no sound, so silence is sent in between. Sequence numbers and times are the line's own.
 */
export function createAudioLine(port: number) {
  const socket = createSocket('udp4')
  const ssrc = randomInt(1, 2 ** 31)
  let seq = randomInt(2 ** 15)
  let lastTime = randomInt(2 ** 30)
  let lastAt = performance.now()
  /** What is added to the times of the present source; null until its first packet. */
  let shift: number | null = null
  /** Sender reports of the first source alone fit: those of later ones tell times that the line does not use. */
  let reports = true
  let sent = false

  socket.on('error', () => {}) // nobody listens yet, or any more
  socket.unref()
  const timer = setInterval(fill, FRAME_MS)
  timer.unref()

  function send(payload: Buffer, time: number): void {
    const header = Buffer.alloc(RTP_HEADER_BYTES)
    header[0] = 0x80
    header[1] = AUDIO_PAYLOAD_TYPE
    header.writeUInt16BE(seq, 2)
    header.writeUInt32BE(time >>> 0, 4)
    header.writeUInt32BE(ssrc, 8)
    seq = (seq + 1) & 0xffff
    lastTime = time >>> 0
    lastAt = performance.now()
    sent = true
    socket.send([header, payload], port, '127.0.0.1')
  }

  function fill(): void {
    const missingMs = performance.now() - lastAt
    if (missingMs < SILENT_AFTER_MS) return
    const frames = Math.floor(missingMs / FRAME_MS)
    for (let i = 0; i < frames; i++) send(SILENT_FRAME, lastTime + FRAME_MS * CLOCK_PER_MS)
  }

  return {
    /** The packets that follow are of another source. */
    newSource(): void {
      reports = reports && !sent
      shift = null
    },

    rtp(packet: Buffer): void {
      const payload = payloadOf(packet)
      if (!payload) return
      const time = packet.readUInt32BE(4)
      if (shift === null) {
        const due = lastTime + Math.round(performance.now() - lastAt) * CLOCK_PER_MS
        shift = sent ? due - time : 0
      }
      const shifted = (time + shift) >>> 0
      if (sent && (shifted - lastTime) << 0 <= 0) return // silence has taken its place
      send(payload, shifted)
    },

    rtcp(packet: Buffer): void {
      if (reports && shift === 0) socket.send(packet, port, '127.0.0.1')
    },

    close(): void {
      clearInterval(timer)
      socket.close()
    },
  }
}

/** RFC 3550, section 5.1: what follows the header, its contributors and its extension, without padding. */
function payloadOf(packet: Buffer): Buffer | null {
  if (packet.length <= RTP_HEADER_BYTES) return null
  const first = packet[0]!
  let start = RTP_HEADER_BYTES + (first & 0x0f) * 4
  if (first & 0x10 && packet.length >= start + 4) start += 4 + packet.readUInt16BE(start + 2) * 4
  const end = packet.length - (first & 0x20 ? packet[packet.length - 1]! : 0)
  return start < end ? packet.subarray(start, end) : null
}
