import type { DtlsParameters, MediaKind, RtpParameters } from 'mediasoup/types'
import { z } from 'zod'
import { Fault, invalidInput } from '../kernel/errors.ts'

/**
 * What a host's browser tells about its media, as mediasoup takes it. Lists are bounded here: mediasoup itself would
 * accept any number of encodings, each of which costs a stream.
 */
const dtls = z.object({
  role: z.enum(['auto', 'client', 'server']).exactOptional(),
  fingerprints: z
    .array(
      z.object({
        algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
        value: z.string().max(200),
      }),
    )
    .min(1)
    .max(8),
})

const bag = z.record(z.string().max(64), z.union([z.string().max(256), z.number(), z.boolean(), z.null()]))

const headerExtension = z.object({
  uri: z.enum([
    'urn:ietf:params:rtp-hdrext:sdes:mid',
    'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
    'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
    'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
    'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
    'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
    'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
    'urn:3gpp:video-orientation',
    'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
    'urn:ietf:params:rtp-hdrext:toffset',
    'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
    'urn:mediasoup:params:rtp-hdrext:packet-id',
  ]),
  id: z.int().min(1).max(255),
  encrypt: z.boolean().exactOptional(),
  parameters: bag.exactOptional(),
})

const ssrc = z.int().min(0).max(0xffff_ffff)

const rtp = z.object({
  mid: z.string().max(8).exactOptional(),
  codecs: z
    .array(
      z.object({
        mimeType: z.string().max(64),
        payloadType: z.int().min(0).max(127),
        clockRate: z.int().positive(),
        channels: z.int().positive().exactOptional(),
        parameters: bag.exactOptional(),
        rtcpFeedback: z
          .array(z.object({ type: z.string().max(32), parameter: z.string().max(32).exactOptional() }))
          .max(16)
          .exactOptional(),
      }),
    )
    .min(1)
    .max(16),
  headerExtensions: z.array(headerExtension).max(16).exactOptional(),
  encodings: z
    .array(
      z.object({
        ssrc: ssrc.exactOptional(),
        rid: z.string().max(16).exactOptional(),
        codecPayloadType: z.int().min(0).max(127).exactOptional(),
        rtx: z.object({ ssrc }).exactOptional(),
        dtx: z.boolean().exactOptional(),
        scalabilityMode: z.string().max(16).exactOptional(),
        maxBitrate: z.number().positive().exactOptional(),
      }),
    )
    .min(1)
    .max(3)
    .exactOptional(),
  rtcp: z
    .object({ cname: z.string().max(256).exactOptional(), reducedSize: z.boolean().exactOptional() })
    .exactOptional(),
  msid: z.string().max(256).exactOptional(),
})

function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = z.safeParse(schema, value)
  if (!result.success) throw invalidInput(result.error)
  return result.data
}

/** @throws Fault `invalid_input` */
export const parseDtls = (value: unknown): DtlsParameters => parse(dtls, value)

/** @throws Fault `invalid_input`, also for codecs of the other kind, which mediasoup would take */
export function parseRtp(kind: MediaKind, value: unknown): RtpParameters {
  const parameters = parse(rtp, value)
  if (!parameters.codecs.every(({ mimeType }) => mimeType.toLowerCase().startsWith(`${kind}/`))) {
    throw new Fault('invalid_input', {
      issues: [{ path: 'rtpParameters.codecs', message: `${kind} codecs only` }],
    })
  }
  return parameters
}

/**
 * Runs a mediasoup call with a browser's parameters. What mediasoup throws because it cannot take them is the caller's
 * fault, not ours: a TypeError, an UnsupportedError, and a plain Error for a MID, SSRC or connection that is there
 * already.
 */
export async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Error && isRefusal(error)) {
      throw new Fault('invalid_input', { detail: error.message.slice(0, 200), cause: error })
    }
    throw error
  }
}

const isRefusal = (error: Error): boolean =>
  error instanceof TypeError || error.name === 'UnsupportedError' || / already /.test(error.message)
