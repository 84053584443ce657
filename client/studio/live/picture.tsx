import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { facingOf } from '../capture/capture.ts'
import { studioWords } from '../words.ts'
import { useStudio } from './context.ts'
import { faceOf } from './face.ts'
import { FaceView } from './face-view.tsx'
import { Notes } from './notes.tsx'
import './picture.css'

/** What viewers get to see, and what stands over it. */
export function Picture() {
  const { stage, capture, screen, picture } = useStudio()
  const video = useRef<HTMLVideoElement>(null)
  const wide = useSignal(true)
  const track = picture.value
  const face = useComputed(() =>
    faceOf({
      phase: stage.phase.value,
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
    <section class={classes.filter(Boolean).join(' ')} aria-label={studioWords.value.preview}>
      <video ref={video} class="studio-picture__video" muted autoPlay playsInline onResize={noteSize} />
      {face ? <FaceView face={face} /> : <Notes />}
    </section>
  )
}
