import type { Consumer } from 'mediasoup/types'
import type { LayerChoice } from './layers.ts'
import type { StageLimits } from './limits.ts'

/**
 * Adapting to loss, for players that give the worker nothing to estimate bandwidth by: it would send them the layer that
 * is asked for, whatever gets through. Their receiver reports tell what was lost (RFC 3550, section 6.4.1).
 */

export type LossLimits = Pick<
  StageLimits,
  'lossEveryMs' | 'lossDownPct' | 'lossUpPct' | 'lossSettleMs' | 'lossCleanMs' | 'lossCleanMsMax'
>

export interface LossPace {
  /**
   * What got lost of late.
   * @param layer that is sent now
   * @returns the highest layer that may be sent
   */
  hear(lostPct: number, layer: number, nowMs: number): number
}

/**
 * Down one layer where much is lost, and up one after a clean while. A step up that is lossy again is tried less and less
 * often: what is lost then is lost by our own doing.
 */
export function createLossPace(top: number, limits: LossLimits): LossPace {
  let most = top
  let cleanMs = limits.lossCleanMs
  /** Since when little is lost. */
  let cleanSince: number | null = null
  let steppedAt = Number.NEGATIVE_INFINITY
  let lastWasUp = false

  function step(to: number, nowMs: number): void {
    const isUp = to > most
    if (!isUp && lastWasUp && nowMs - steppedAt < cleanMs)
      cleanMs = Math.min(limits.lossCleanMsMax, 2 * cleanMs)
    most = to
    steppedAt = nowMs
    lastWasUp = isUp
    cleanSince = null
  }

  return {
    hear(lostPct, layer, nowMs) {
      if (lostPct > limits.lossUpPct) cleanSince = null
      else cleanSince ??= nowMs
      const settled = nowMs - steppedAt >= limits.lossSettleMs // reports tell what was before
      const isClean = cleanSince !== null && nowMs - cleanSince >= cleanMs
      if (lostPct > limits.lossDownPct && settled && Math.min(layer, most) > 0) {
        step(Math.min(layer, most) - 1, nowMs)
      } else if (isClean && most < top) step(most + 1, nowMs)
      return most
    },
  }
}

/** Whether the worker estimates this viewer's bandwidth: it needs an extension and the feedback that goes with it. */
export function isEstimated({ rtpParameters }: Pick<Consumer, 'rtpParameters'>): boolean {
  const feedback = new Set(
    rtpParameters.codecs.flatMap((codec) => codec.rtcpFeedback?.map(({ type }) => type) ?? []),
  )
  const has = (part: string) => rtpParameters.headerExtensions?.some(({ uri }) => uri.includes(part)) ?? false
  return (
    (has('transport-wide-cc') && feedback.has('transport-cc')) ||
    (has('abs-send-time') && feedback.has('goog-remb'))
  )
}

/** Keeps one picture to what gets through, until its consumer closes. */
export function followLoss(
  consumer: Pick<Consumer, 'getStats' | 'currentLayers' | 'closed' | 'observer'>,
  layer: LayerChoice,
  limits: LossLimits,
): void {
  const pace = createLossPace(layer.top, limits)
  const look = async (): Promise<void> => {
    const stats = await consumer.getStats()
    const sent = stats.find(({ type }) => type === 'outbound-rtp')
    if (!sent || consumer.closed) return
    const lostPct = (100 * sent.fractionLost) / 256
    layer.cap(pace.hear(lostPct, consumer.currentLayers?.spatialLayer ?? 0, performance.now()))
  }
  const timer = setInterval(() => void look().catch(() => {}), limits.lossEveryMs).unref() // it may close just now
  consumer.observer.once('close', () => clearInterval(timer))
}
