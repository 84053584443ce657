import type { Producer, Router, RtpCapabilities, RtpCodecParameters } from 'mediasoup/types'
import { found } from '../kernel/errors.ts'
import { LOOPBACK } from './ports.ts'

/** A copy of what a host sends, for a program on this machine that is no viewer. It closes with the original. */
interface Tap {
  readonly codec: RtpCodecParameters
  onClose(listener: () => void): void
  /** Idempotent. */
  close(): void
}

export interface VideoTap extends Tap {
  /**
   * Starts to send. Resolves with the first key frame, before which nothing is sent; of a simulcast with that of the
   * best layer, or after `withinMs` with what there is.
   */
  flow(withinMs: number): Promise<void>
  requestKeyFrame(): void
}

export type AudioTap = Tap

/** Hears the packets of an audio tap. */
export type RtpSink = (packet: Buffer) => void

/** Plain RTP and RTCP to one UDP port of 127.0.0.1; nobody there asks for a packet again. */
export async function tapVideo(router: Router, producer: Producer, port: number): Promise<VideoTap> {
  const transport = await router.createPlainTransport({ listenInfo: LOOPBACK, rtcpMux: true, comedia: false })
  try {
    await transport.connect({ ip: '127.0.0.1', port })
    const consumer = await transport.consume({
      producerId: producer.id,
      rtpCapabilities: plainCapabilities(router),
      paused: true,
    })
    consumer.observer.once('close', () => transport.close())
    const top = (producer.consumableRtpParameters.encodings?.length ?? 1) - 1
    const simulcast = consumer.type === 'simulcast'
    if (simulcast) await consumer.setPreferredLayers({ spatialLayer: top })
    return {
      codec: found(consumer.rtpParameters.codecs[0]),
      async flow(withinMs) {
        await consumer.enableTraceEvent(['keyframe'])
        await consumer.resume()
        await within(withinMs, (done) => {
          consumer.once('trace', () => !simulcast && done())
          consumer.on('layerschange', (layers) => layers?.spatialLayer === top && done())
        })
        if (!consumer.closed) await consumer.enableTraceEvent([])
      },
      requestKeyFrame: () => void consumer.requestKeyFrame().catch(() => {}), // it may close just now
      onClose: (listener) => void consumer.observer.once('close', listener),
      close: () => transport.close(),
    }
  } catch (error) {
    transport.close()
    throw error
  }
}

/** The packets come to this process; audio has few of them. */
export async function tapAudio(router: Router, producer: Producer, sink: RtpSink): Promise<AudioTap> {
  const transport = await router.createDirectTransport()
  try {
    const consumer = await transport.consume({
      producerId: producer.id,
      rtpCapabilities: plainCapabilities(router),
    })
    consumer.observer.once('close', () => transport.close())
    consumer.on('rtp', sink)
    return {
      codec: found(consumer.rtpParameters.codecs[0]),
      onClose: (listener) => void consumer.observer.once('close', listener),
      close: () => transport.close(),
    }
  } catch (error) {
    transport.close()
    throw error
  }
}

/** Every codec of the router, without retransmission and header extensions. */
function plainCapabilities({ rtpCapabilities }: Router): RtpCapabilities {
  const codecs = (rtpCapabilities.codecs ?? []).filter(({ mimeType }) => !/\/rtx$/i.test(mimeType))
  return {
    headerExtensions: [],
    codecs: codecs.map((codec) => ({
      ...codec,
      rtcpFeedback: (codec.rtcpFeedback ?? [])
        .filter(({ type }) => type === 'ccm' || type === 'nack')
        .filter(({ type, parameter }) => type !== 'nack' || parameter === 'pli'),
    })),
  }
}

function within(ms: number, listen: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    listen(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
