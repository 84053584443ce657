import type { WebRtcTransport } from 'mediasoup/types'

const LOOKS = 5

/**
 * Closes a transport over which nothing has come for so long. Consent (RFC 7675) would tell the same of an encoder, but
 * not all of them ask for it: GStreamer before 1.24 sends media and STUN indications, and was taken for dead while it did.
 */
export function closeWhenSilent(
  transport: Pick<WebRtcTransport, 'getStats' | 'close' | 'observer'>,
  silentS: number,
): void {
  let bytes = -1
  let since = performance.now()
  async function look(): Promise<void> {
    const [stats] = await transport.getStats().catch(() => []) // it was closed meanwhile
    if (!stats) return
    if (stats.bytesReceived !== bytes) {
      bytes = stats.bytesReceived
      since = performance.now()
    } else if (performance.now() - since >= silentS * 1000) transport.close()
  }
  const timer = setInterval(() => void look(), (silentS * 1000) / LOOKS).unref()
  transport.observer.once('close', () => clearInterval(timer))
}
