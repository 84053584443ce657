import type { RtpEncodingParameters } from 'mediasoup-client/types'

/**
 * Simulcast for a camera: three layers of quarter, half and full size, each with a bitrate limit in bits per second.
 * Viewers get the largest that their network carries. The sum stays below what the server takes from a host.
 */
export const CAMERA_ENCODINGS: RtpEncodingParameters[] = [
  { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 150_000, scalabilityMode: 'L1T1' },
  { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 500_000, scalabilityMode: 'L1T1' },
  { rid: 'f', scaleResolutionDownBy: 1, maxBitrate: 1_800_000, scalabilityMode: 'L1T1' },
]

/** A shared screen is read, so it has one sharp layer, and few frames. */
export const SCREEN_ENCODINGS: RtpEncodingParameters[] = [{ maxBitrate: 2_500_000 }]
