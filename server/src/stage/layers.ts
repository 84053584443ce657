import type { Quality } from '@shelfcast/shared/quality.ts'
import type { Consumer, ConsumerLayers, Producer } from 'mediasoup/types'

const LAYER_OF: Record<Quality, (top: number) => number> = {
  auto: (top) => top,
  standard: (top) => Math.min(1, top),
  saver: () => 0,
  sound: () => 0, // nothing is sent: its viewer pauses the consumer
}

/** The simulcast layer of one consumer. */
export interface LayerChoice {
  /** Takes effect with the next key frame of that layer. What is no simulcast has nothing to choose. */
  prefer(quality: Quality): void
  /** The most that the picture's place on the screen needs: it goes before what the viewer prefers. */
  bound(quality: Quality): void
  /** The highest layer that gets through. */
  cap(layer: number): void
  readonly top: number
}

/**
 * A simulcast consumer begins on the lowest layer, which browsers always send: on an upper one, which they switch off
 * while they find their bandwidth, it would wait seconds for a key frame. Once it forwards something it may go up; the
 * worker keeps forwarding the lower layer until the upper one's key frame is there.
 */
export function chooseLayer(consumer: Consumer, mirror: Producer): LayerChoice {
  if (consumer.type !== 'simulcast') return { prefer() {}, bound() {}, cap() {}, top: 0 }
  const top = (mirror.consumableRtpParameters.encodings?.length ?? 1) - 1
  let wanted: Quality = 'auto'
  let needed: Quality = 'auto'
  let most = top
  let hasFrame = false

  function apply(): void {
    // It may close just now.
    const spatialLayer = Math.min(LAYER_OF[wanted](top), LAYER_OF[needed](top), most)
    if (hasFrame) consumer.setPreferredLayers({ spatialLayer }).catch(() => {})
  }
  const firstFrame = (layers?: ConsumerLayers): void => {
    if (!layers) return
    consumer.off('layerschange', firstFrame)
    hasFrame = true
    apply()
  }
  consumer.on('layerschange', firstFrame)
  return {
    top,
    cap(layer) {
      if (layer === most) return
      most = layer
      apply()
    },
    prefer(quality) {
      wanted = quality
      apply()
    },
    bound(quality) {
      if (quality === needed) return
      needed = quality
      apply()
    },
  }
}
