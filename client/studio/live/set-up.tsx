import { studioWords } from '../words.ts'
import { DevicePickers } from './device-pickers.tsx'
import './set-up.css'

/** Beside the picture before the show; a phone has the dialog instead. */
export function SetUp() {
  const t = studioWords.value
  return (
    <section class="set-up">
      <div>
        <h2 class="set-up__title">{t.checkTitle}</h2>
        <p class="set-up__text">{t.checkText}</p>
      </div>
      <DevicePickers />
    </section>
  )
}
