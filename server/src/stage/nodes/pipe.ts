import type { PipeTransport, Producer, Router } from 'mediasoup/types'
import { parseRtp } from '../parameters.ts'
import { PIPE_PORTS } from '../ports.ts'
import type { PipeEnd, PipeOffer } from './wire.ts'

/**
 * A pipe between two nodes carries one producer, with all its layers, by SRTP over UDP and with retransmission. Each side
 * takes packets from the other's address alone, so between machines there may be no NAT.
 */

/** What comes in by a pipe. Closing the transport closes the producer. */
export interface PipeIn {
  readonly transport: PipeTransport
  readonly producer: Producer
}

const SUITE = 'AEAD_AES_256_GCM'

const openEnd = (router: Router, ip: string): Promise<PipeTransport> =>
  router.createPipeTransport({
    listenInfo: { protocol: 'udp', ip, portRange: PIPE_PORTS },
    enableSrtp: true,
    enableRtx: true,
  })

function endOf({ tuple, srtpParameters }: PipeTransport, ip: string): PipeEnd {
  if (!srtpParameters) throw new Error('mediasoup gave a pipe no key')
  return { ip, port: tuple.localPort, key: srtpParameters.keyBase64 }
}

const connect = (transport: PipeTransport, { ip, port, key }: PipeEnd): Promise<void> =>
  transport.connect({ ip, port, srtpParameters: { cryptoSuite: SUITE, keyBase64: key } })

/** @param offer asks the other node to send to our end */
export async function openPipeIn(
  router: Router,
  ip: string,
  offer: (end: PipeEnd) => Promise<PipeOffer>,
): Promise<PipeIn> {
  const transport = await openEnd(router, ip)
  try {
    const { end, kind, rtpParameters, paused } = await offer(endOf(transport, ip))
    await connect(transport, end)
    const producer = await transport.produce({ kind, rtpParameters: parseRtp(kind, rtpParameters), paused })
    return { transport, producer }
  } catch (error) {
    transport.close()
    throw error
  }
}

/** Sends a producer to another node's end; the pipe closes with it. */
export async function openPipeOut(
  router: Router,
  producer: Producer,
  ip: string,
  to: PipeEnd,
): Promise<{ transport: PipeTransport; offer: PipeOffer }> {
  const transport = await openEnd(router, ip)
  try {
    await connect(transport, to)
    const { kind, rtpParameters, producerPaused, observer } = await transport.consume({
      producerId: producer.id,
    })
    observer.once('close', () => transport.close())
    return { transport, offer: { end: endOf(transport, ip), kind, rtpParameters, paused: producerPaused } }
  } catch (error) {
    transport.close()
    throw error
  }
}
