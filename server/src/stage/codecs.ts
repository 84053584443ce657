import type { RouterRtpCodecCapability } from 'mediasoup/types'

export const CODEC_NAMES = ['opus', 'vp8', 'h264'] as const
export type CodecName = (typeof CODEC_NAMES)[number]

/** The payload types of a router's codecs; what is left out is mediasoup's to choose. */
export type PayloadLayout = Readonly<Partial<Record<CodecName, number>>>

/** A router's payload types are its own for ever. */
export const layoutKey = (layout: PayloadLayout): string =>
  CODEC_NAMES.map((name) => layout[name] ?? '').join('/')

/**
 * The codecs of a router whose viewers call them so. mediasoup numbers retransmission by itself, from 100 up, as it goes
 * through them, so their order matters: null where none keeps it off the numbers that are chosen.
 */
export function codecsOf(layout: PayloadLayout): RouterRtpCodecCapability[] | null {
  const codecs = MEDIA_CODECS.map((codec) => {
    const name = CODEC_NAMES.find((one) => codec.mimeType.toLowerCase() === `${codec.kind}/${one}`)
    const number = name && layout[name]
    return number === undefined ? codec : { ...codec, preferredPayloadType: number }
  })
  const orders = [codecs, codecs.toReversed()]
  return orders.find((order) => !collides(order)) ?? null
}

function collides(codecs: readonly RouterRtpCodecCapability[]): boolean {
  const taken = new Set<number>()
  const free = (): number => {
    let number = 100
    while (taken.has(number)) number++
    return number
  }
  for (const { kind, preferredPayloadType } of codecs) {
    const number = preferredPayloadType ?? free()
    if (taken.has(number)) return true
    taken.add(number)
    if (kind === 'video') taken.add(free())
  }
  return false
}

/**
 * What may be sent to a show. Both routers of a show are made from this one list, so that payload types are the same
 * on either side of the pipe. VP8 comes first: every browser encodes it. H264 is constrained baseline, the one
 * profile that all browsers and phones decode in hardware.
 */
export const MEDIA_CODECS: RouterRtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
  {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90_000,
    parameters: {
      'packetization-mode': 1,
      'profile-level-id': '42e01f',
      'level-asymmetry-allowed': 1,
    },
  },
]
