import type { RtpParameters } from 'mediasoup/types'

/** What the source sends: three VP8 layers that carry the moment of their capture, and sound. */

const CAPTURE_URI = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time'
const CAPTURE_ID = 3
const PAYLOAD_BYTES_MAX = 1150
const NTP_EPOCH_S = 2_208_988_800
export const VIDEO_CLOCK = 90_000
export const LAYER_SSRCS = [3001, 3002, 3003] as const
export const SOUND_SSRC = 3100

export const VIDEO: RtpParameters = {
  mid: '0',
  codecs: [
    {
      mimeType: 'video/VP8',
      payloadType: 101,
      clockRate: VIDEO_CLOCK,
      rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
    },
  ],
  headerExtensions: [{ uri: CAPTURE_URI, id: CAPTURE_ID }],
  encodings: LAYER_SSRCS.map((ssrc) => ({ ssrc })),
  rtcp: { cname: 'bench' },
}

export const SOUND: RtpParameters = {
  mid: '1',
  codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
  encodings: [{ ssrc: SOUND_SSRC }],
  rtcp: { cname: 'bench' },
}

/** NTP time in 32.32 bits, of milliseconds since 1970. */
function writeNtp(buffer: Buffer, at: number, ms: number): void {
  const s = Math.floor(ms / 1000)
  buffer.writeUInt32BE(s + NTP_EPOCH_S, at)
  buffer.writeUInt32BE(Math.floor(((ms - s * 1000) / 1000) * 2 ** 32), at + 4)
}

/** One stream's packets: RFC 3550, with VP8 payload descriptors (RFC 7741) for pictures. */
export class Stream {
  readonly ssrc: number
  readonly #payloadType: number
  #seq = 1
  #picture = 0
  #packets = 0
  #octets = 0
  #timestamp = 0

  constructor(ssrc: number, payloadType: number) {
    this.ssrc = ssrc
    this.#payloadType = payloadType
  }

  /** A picture in as many packets as it needs; the first carries when it was taken. */
  picture(frame: Buffer, timestamp: number, capturedMs: number): Buffer[] {
    this.#picture = (this.#picture + 1) & 0x7fff
    const packets: Buffer[] = []
    for (let at = 0; at < frame.length; at += PAYLOAD_BYTES_MAX) {
      const part = frame.subarray(at, at + PAYLOAD_BYTES_MAX)
      const first = at === 0
      const descriptor = Buffer.of(
        first ? 0x90 : 0x80,
        0x80,
        0x80 | (this.#picture >> 8),
        this.#picture & 0xff,
      )
      const payload = Buffer.concat([descriptor, part])
      packets.push(
        this.#packet(payload, timestamp, at + part.length === frame.length, first ? capturedMs : null),
      )
    }
    return packets
  }

  sound(payload: Buffer, timestamp: number): Buffer {
    return this.#packet(payload, timestamp, false, null)
  }

  #packet(payload: Buffer, timestamp: number, marker: boolean, capturedMs: number | null): Buffer {
    const header = Buffer.alloc(capturedMs === null ? 12 : 28)
    header[0] = capturedMs === null ? 0x80 : 0x90
    header[1] = (marker ? 0x80 : 0) | this.#payloadType
    header.writeUInt16BE(this.#seq, 2)
    header.writeUInt32BE(timestamp >>> 0, 4)
    header.writeUInt32BE(this.ssrc, 8)
    if (capturedMs !== null) {
      header.writeUInt32BE(0xbede0003, 12) // RFC 8285: three words of one-byte extensions
      header[16] = (CAPTURE_ID << 4) | 7
      writeNtp(header, 17, capturedMs)
    }
    this.#seq = (this.#seq + 1) & 0xffff
    this.#packets++
    this.#octets += payload.length
    this.#timestamp = timestamp
    return Buffer.concat([header, payload])
  }

  /** A sender report, by which a receiver knows how the streams lie to each other. */
  report(nowMs: number): Buffer {
    const report = Buffer.alloc(28)
    report.writeUInt32BE(0x80c80006, 0)
    report.writeUInt32BE(this.ssrc, 4)
    writeNtp(report, 8, nowMs)
    report.writeUInt32BE(this.#timestamp >>> 0, 16)
    report.writeUInt32BE(this.#packets, 20)
    report.writeUInt32BE(this.#octets, 24)
    return report
  }
}

/** The streams of which a compound RTCP packet asks for a key frame (PLI, FIR). */
export function keyFramesAsked(compound: Buffer): number[] {
  const asked: number[] = []
  for (let at = 0; at + 12 <= compound.length; at += 4 * (compound.readUInt16BE(at + 2) + 1)) {
    const format = compound[at]! & 31
    if (compound[at + 1] !== 206) continue
    if (format === 1) asked.push(compound.readUInt32BE(at + 8))
    if (format === 4 && at + 16 <= compound.length) asked.push(compound.readUInt32BE(at + 12))
  }
  return asked
}
