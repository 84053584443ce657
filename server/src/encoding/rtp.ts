/** What is needed of RFC 3550 to make a line of packets out of others. */

/** What all sound is sent to an encoder as, whoever it comes from. */
export const AUDIO_PAYLOAD_TYPE = 111
const RTP_HEADER_BYTES = 12
const SENDER_REPORT = 200
const SENDER_REPORT_BYTES = 28

/** Section 5.1. */
export function rtpHeader({ seq, time, ssrc }: { seq: number; time: number; ssrc: number }): Buffer {
  const header = Buffer.alloc(RTP_HEADER_BYTES)
  header[0] = 0x80
  header[1] = AUDIO_PAYLOAD_TYPE
  header.writeUInt16BE(seq, 2)
  header.writeUInt32BE(time, 4)
  header.writeUInt32BE(ssrc, 8)
  return header
}

/** Section 5.1: what follows the header, its contributors and its extension, without padding. */
export function payloadOf(packet: Buffer): Buffer | null {
  if (packet.length <= RTP_HEADER_BYTES) return null
  const first = packet[0]!
  let start = RTP_HEADER_BYTES + (first & 0x0f) * 4
  if (first & 0x10 && packet.length >= start + 4) start += 4 + packet.readUInt16BE(start + 2) * 4
  const end = packet.length - (first & 0x20 ? packet[packet.length - 1]! : 0)
  return start < end ? packet.subarray(start, end) : null
}

/** That at `ntpMs`, since 1900, the stream was at `time`. */
interface Told {
  readonly ntpMs: number
  readonly time: number
}

/** Section 6.4.1: the first report of a compound packet. */
export function readSenderReport(packet: Buffer): Told | null {
  if (packet.length < SENDER_REPORT_BYTES || packet[1] !== SENDER_REPORT) return null
  const ntpMs = packet.readUInt32BE(8) * 1000 + (packet.readUInt32BE(12) * 1000) / 2 ** 32
  return { ntpMs, time: packet.readUInt32BE(16) }
}

export function senderReport({ ssrc, ntpMs, time }: Told & { readonly ssrc: number }): Buffer {
  const report = Buffer.alloc(SENDER_REPORT_BYTES)
  report[0] = 0x80
  report[1] = SENDER_REPORT
  report.writeUInt16BE(SENDER_REPORT_BYTES / 4 - 1, 2)
  report.writeUInt32BE(ssrc, 4)
  report.writeUInt32BE(Math.floor(ntpMs / 1000) % 2 ** 32, 8)
  report.writeUInt32BE(Math.floor(((ntpMs % 1000) / 1000) * 2 ** 32), 12)
  report.writeUInt32BE(time, 16)
  return report
}
