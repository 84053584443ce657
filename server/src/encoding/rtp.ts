/** What is needed of RFC 3550 to make a line of packets out of others. */

/** What all sound is sent to an encoder as, whoever it comes from. */
export const AUDIO_PAYLOAD_TYPE = 111
const RTP_HEADER_BYTES = 12

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
