import type { TransportListenInfo } from 'mediasoup/types'

/**
 * Pipes and programs of this machine, on ports below those of the WebRtcServers, so that a new worker finds its own
 * free.
 */
export const PIPE_PORTS = { min: 20_000, max: 39_999 }

export const LOOPBACK: TransportListenInfo = { protocol: 'udp', ip: '127.0.0.1', portRange: PIPE_PORTS }
