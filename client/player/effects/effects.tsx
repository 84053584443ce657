import '../../kit/ui/more-icons.tsx'
import { useEffect } from 'preact/hooks'
import { usePlayer } from '../context.ts'
import { keepQuality } from '../quality.ts'
import { Announcer } from './announcer.tsx'
import { DanmakuLayer } from './danmaku-layer.tsx'
import { Hearts } from './hearts.tsx'
import { PictureTools } from './picture-tools.tsx'
import { SoundOnly } from './sound-only.tsx'
import { TipEffects } from './tip-effects.tsx'

/** What moves over the picture, and what is done with it. One chunk, fetched once there is a picture to move over. */
export default function Effects() {
  const { video } = usePlayer()
  useEffect(() => keepQuality(video), [])
  return (
    <>
      <DanmakuLayer />
      <TipEffects />
      <Hearts />
      <SoundOnly />
      <PictureTools />
      <Announcer />
    </>
  )
}
