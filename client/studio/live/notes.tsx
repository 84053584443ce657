import type { IconName } from '../../kit/ui/icons.tsx'
import { Icon } from '../../kit/ui/icons.tsx'
import { studioWords } from '../words.ts'
import { useStudio } from './context.ts'
import './notes.css'

interface Note {
  icon: IconName
  text: string
  bad: boolean
}

/** What the host may have overlooked: a muted microphone, a picture that is not the camera's. */
export function Notes() {
  return (
    <div class="notes" role="status">
      {useNotes().map(({ icon, text, bad }) => (
        <p key={text} class={bad ? 'notes__one notes__one--bad' : 'notes__one'}>
          <Icon name={icon} size={16} />
          {text}
        </p>
      ))}
    </div>
  )
}

function useNotes(): Note[] {
  const { stage, capture, screen, meter, people } = useStudio()
  const { camera, microphone, opening } = capture
  const t = studioWords.value
  const notes: Note[] = []
  if (stage.phase.value.at === 'beside') {
    const sends = people.ownSeat.value !== null
    return [{ icon: 'screen', text: sends ? t.curtainBeside : t.besideAway, bad: !sends }]
  }
  if (screen.track.value) notes.push({ icon: 'screen', text: t.sharing, bad: false })
  else if (!camera.on.value) notes.push({ icon: 'cameraOff', text: t.cameraIsOff, bad: false })
  else if (!camera.track.value && !opening.value)
    notes.push({ icon: 'cameraOff', text: t.noCamera, bad: true })

  if (stage.silenced.value) notes.push({ icon: 'micOff', text: t.silencedByHost, bad: true })
  else if (!microphone.track.value) {
    if (!opening.value) notes.push({ icon: 'micOff', text: t.noMicrophone, bad: true })
  } else if (!microphone.on.value) notes.push({ icon: 'micOff', text: t.muted, bad: true })
  else if (meter.silent.value) notes.push({ icon: 'alert', text: t.silent, bad: true })
  return notes
}
