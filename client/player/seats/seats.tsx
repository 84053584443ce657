import { useComputed } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { Tiles } from '../../kit/tiles/tiles.tsx'
import { followTracks } from '../../kit/watch/follow-tracks.ts'
import { usePlayer } from '../context.ts'
import './seats.css'

/** All hosts' pictures, over the one that was there first; that one goes on until these run. */
export default function Seats() {
  const { state, video, like } = usePlayer()
  const layout = useComputed(() => state.room.value?.layout ?? null)
  const [ready, setReady] = useState(false)
  useEffect(() => followTracks(video.session, layout), [])
  useEffect(() => {
    state.seatsShown.value = ready
    return () => {
      state.seatsShown.value = false
    }
  }, [ready])
  if (!layout.value) return null
  return (
    <div class="seats" data-ready={ready ? '' : undefined}>
      <Tiles
        layout={layout.value}
        streams={video.streams.value}
        speakerId={state.room.value?.speakerId ?? null}
        soundOn={state.soundOn.value && ready && video.quality.value !== 'sound'}
        onReady={setReady}
        onDblClick={like}
      />
    </div>
  )
}
