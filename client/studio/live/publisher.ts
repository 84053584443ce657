import { Device } from 'mediasoup-client'
import type { AppData, Producer, RtpCapabilities, Transport, TransportOptions } from 'mediasoup-client/types'
import type { CallOutput, Rpc } from '../../kit/rpc/rpc.ts'
import { CAMERA_ENCODINGS, SCREEN_ENCODINGS } from './encodings.ts'

export type Source = 'camera' | 'microphone' | 'screen'

/** What should be sent, by source; a source without a track is not sent. */
export interface Outgoing {
  readonly camera: MediaStreamTrack | null
  readonly microphone: MediaStreamTrack | null
  readonly screen: MediaStreamTrack | null
  /** A silenced microphone is paused on the server too, so that it costs viewers nothing. */
  readonly silent: boolean
}

export interface Publisher {
  /**
   * Brings what is sent to what should be: starts, swaps, pauses, stops. Calls are run in order.
   * @throws ApiError, NetworkError, or what WebRTC threw
   */
  send(outgoing: Outgoing): Promise<void>
  close(): void
}

const SOURCES: readonly Source[] = ['camera', 'microphone', 'screen']
/** A short gap heals itself; after this long the transport is made anew. */
const DISCONNECTED_MS_MAX = 3000

/**
 * Opens a send transport to the stage that was joined.
 * @param onBroken called once if media no longer reaches the server
 */
export async function openPublisher(
  rpc: Pick<Rpc, 'call'>,
  joined: CallOutput<'stage.join'>,
  onBroken: () => void,
): Promise<Publisher> {
  const device = await Device.factory()
  // The contract carries mediasoup's own objects as they are; mediasoup checks them.
  await device.load({ routerRtpCapabilities: joined.routerRtpCapabilities as unknown as RtpCapabilities })
  const options = await rpc.call('stage.createTransport', {})
  const transport = device.createSendTransport({
    ...(options as unknown as TransportOptions), // as above
    iceServers: joined.iceServers as RTCIceServer[], // its optional fields may be undefined, which WebRTC ignores
  })
  transport.on('connect', ({ dtlsParameters }, done, failed) => {
    rpc.call('stage.connectTransport', { dtlsParameters: { ...dtlsParameters } }).then(() => done(), failed)
  })
  transport.on('produce', ({ kind, rtpParameters, appData }, done, failed) => {
    rpc
      .call('stage.produce', { kind, source: sourceOf(appData), rtpParameters: { ...rtpParameters } })
      .then(({ producerId }) => done({ id: producerId }), failed)
  })
  watchConnection(transport, onBroken)
  return createSender(rpc, transport)
}

const sourceOf = ({ source }: AppData): Source => SOURCES.find((one) => one === source) ?? 'camera'

function watchConnection(transport: Transport, onBroken: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  transport.on('connectionstatechange', (state) => {
    clearTimeout(timer)
    if (transport.closed) return
    if (state === 'failed' || state === 'closed') onBroken()
    if (state === 'disconnected') {
      timer = setTimeout(() => transport.closed || onBroken(), DISCONNECTED_MS_MAX)
    }
  })
}

function createSender(rpc: Pick<Rpc, 'call'>, transport: Transport): Publisher {
  const producers = new Map<Source, Producer>()
  let queue: Promise<void> = Promise.resolve()

  const start = async (source: Source, track: MediaStreamTrack) => {
    const producer = await transport.produce({
      track,
      stopTracks: false, // they belong to the capture
      disableTrackOnPause: false,
      appData: { source },
      ...(source === 'camera' ? { encodings: CAMERA_ENCODINGS } : {}),
      ...(source === 'screen' ? { encodings: SCREEN_ENCODINGS } : {}),
      // Begins sharp instead of climbing for many seconds (kilobits per second).
      codecOptions: source === 'microphone' ? { opusFec: true } : { videoGoogleStartBitrate: 1000 },
    })
    producers.set(source, producer)
  }

  const stop = async (source: Source, producer: Producer) => {
    producers.delete(source)
    producer.close()
    await rpc.call('stage.closeProducer', { producerId: producer.id })
  }

  const settle = async (source: Source, track: MediaStreamTrack | null) => {
    const producer = producers.get(source)
    if (track?.readyState === 'ended') return // its successor is on its way
    if (track && !producer) await start(source, track)
    else if (track && producer && producer.track !== track) await producer.replaceTrack({ track })
    else if (!track && producer) await stop(source, producer)
  }

  const settlePause = async (silent: boolean) => {
    const producer = producers.get('microphone')
    if (!producer || producer.paused === silent) return
    if (silent) producer.pause()
    else producer.resume()
    await rpc.call('stage.setPaused', { producerId: producer.id, paused: silent })
  }

  return {
    send(outgoing) {
      const sent = queue.then(async () => {
        for (const source of SOURCES) {
          if (transport.closed) return
          await settle(source, outgoing[source])
        }
        await settlePause(outgoing.silent)
      })
      queue = sent.catch(() => undefined)
      return sent
    },
    close() {
      producers.clear()
      transport.close()
    },
  }
}
