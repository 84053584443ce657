import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { BattleBoard } from '../../kit/battle/battle-board.tsx'
import { Tiles } from '../../kit/tiles/tiles.tsx'
import { Button } from '../../kit/ui/button.tsx'
import { facingOf } from '../capture/capture.ts'
import { studioWords } from '../words.ts'
import { useStudio } from './context.ts'
import { faceOf } from './face.ts'
import { FaceView } from './face-view.tsx'
import { Notes } from './notes.tsx'
import './picture.css'

/** What viewers get to see, and what stands over it. */
export function Picture() {
  const { stage, capture, screen, picture, people, room } = useStudio()
  const video = useRef<HTMLVideoElement>(null)
  const wide = useSignal(true)
  const track = picture.value
  const face = useComputed(() =>
    faceOf({
      phase: stage.phase.value,
      encoder: { sends: people.ownSeat.value !== null, others: people.others.value },
      camera: capture.camera.trouble.value,
      microphone: capture.microphone.trouble.value,
    }),
  ).value

  useEffect(() => {
    if (video.current) video.current.srcObject = new MediaStream([track])
  }, [track])
  const noteSize = () => {
    if (video.current) wide.value = video.current.videoWidth >= video.current.videoHeight
  }
  // One's own face is expected as in a mirror; text and what the other camera shows are not.
  const mirrored = track === capture.camera.track.value && !screen.track.value && facingOf(track) === 'user'
  const classes = [
    'studio-picture',
    wide.value && 'studio-picture--wide',
    mirrored && 'studio-picture--mirrored',
  ]
  return (
    <section
      class={classes.filter(Boolean).join(' ')}
      data-battle={room.state.value?.battle ? '' : undefined}
      aria-label={studioWords.value.preview}
    >
      <video ref={video} class="studio-picture__video" muted autoPlay playsInline onResize={noteSize} />
      <StageBattle />
      <StagePicture mirrored={facingOf(capture.camera.track.value) === 'user'} />
      {face ? <FaceView face={face} /> : <Notes />}
    </section>
  )
}

/** How the battle stands, around the two pictures. */
function StageBattle() {
  const { room } = useStudio()
  const { battle, score = null } = room.state.value ?? {}
  if (!battle) return null
  return (
    <div class="studio-picture__battle">
      <BattleBoard
        battle={battle}
        score={score}
        now={battle.status === 'running' ? room.now.value : battle.endsAt}
      />
    </div>
  )
}

/** The stage as viewers see it, where it has more than one's own picture; one's own is taken from the device. */
function StagePicture({ mirrored }: { mirrored: boolean }) {
  const { stage, room, capture, screen, people, camera } = useStudio()
  const layout = people.layout.value
  const own = people.ownSeat.value
  const { at } = stage.phase.value
  const beside = at === 'beside' && people.others.value
  const cameraTrack = camera.value
  const screenTrack = screen.track.value
  const ownStreams = useMemo(
    () => ({
      camera: new MediaStream([cameraTrack]),
      screen: screenTrack && new MediaStream([screenTrack]),
    }),
    [cameraTrack, screenTrack],
  )
  if (!layout || !(beside || (at === 'live' && own))) return null
  if (!beside && layout.seats.length === 1 && own?.screen === null && !layout.rival) return null
  const streams = new Map(room.video.streams.value)
  if (own) streams.set(`${own.personId}.camera`, ownStreams.camera)
  if (own && ownStreams.screen) streams.set(`${own.personId}.screen`, ownStreams.screen)
  return (
    <div class="studio-picture__stage">
      <Tiles
        layout={layout}
        streams={streams}
        speakerId={room.state.value?.speakerId ?? null}
        soundOn={!beside || people.heard.value}
        ownId={own?.personId}
        mirrored={mirrored && capture.camera.track.value !== null}
      />
      {beside && !people.heard.value && (
        <Button class="studio-picture__sound" icon="speakerOff" data-testid="hear" onClick={people.hear}>
          {studioWords.value.hearOthers}
        </Button>
      )}
    </div>
  )
}
