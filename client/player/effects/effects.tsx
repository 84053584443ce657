import { DanmakuLayer } from './danmaku-layer.tsx'
import { Hearts } from './hearts.tsx'
import { TipEffects } from './tip-effects.tsx'

/** What moves over the picture. One chunk, fetched once there is a picture to move over. */
export default function Effects() {
  return (
    <>
      <DanmakuLayer />
      <TipEffects />
      <Hearts />
    </>
  )
}
