/**
 * `node smoke.mjs <worker>`: exits 0 when mediasoup can talk to this worker. A version or schema
 * mismatch shows up here and not under the first viewer.
 */
import * as mediasoup from 'mediasoup'

const worker = await mediasoup.createWorker({ workerBin: process.argv[2] ?? '', logLevel: 'error' })
const router = await worker.createRouter({
  mediaCodecs: [{ kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 }],
})
await router.createWebRtcTransport({ listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }] })
worker.close()
