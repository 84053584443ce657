import type { RouterRtpCodecCapability } from 'mediasoup/types'

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
