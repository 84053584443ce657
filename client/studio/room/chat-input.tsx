import { useSignal } from '@preact/signals'
import { CHAT_TEXT_MAX } from '@shelfcast/shared/protocol/limits.ts'
import { codeText } from '../../kit/errors.ts'
import { IconButton } from '../../kit/ui/button.tsx'
import { useStudio } from '../live/context.ts'
import { studioWords } from '../words.ts'
import './chat-input.css'

/** Speaks as the host. The text stays until the room took it, so that nothing that was typed is lost. */
export function ChatInput() {
  const { room } = useStudio()
  const t = studioWords.value
  const text = useSignal('')
  const busy = useSignal(false)
  const note = useSignal<string | null>(null)
  const submit = async (event: Event) => {
    event.preventDefault()
    const line = text.value.trim()
    if (line === '' || busy.value) return
    busy.value = true
    const result = await room.say(line)
    busy.value = false
    if (result.ok) text.value = ''
    note.value = result.ok ? null : result.error === 'timeout' ? t.chatTimeout : codeText(result.error)
  }
  return (
    <form class="studio-say" onSubmit={submit}>
      {note.value && (
        <p class="studio-say__note" role="alert">
          {note.value}
        </p>
      )}
      <div class="studio-say__row">
        <input
          class="studio-say__field"
          data-testid="chat-input"
          aria-label={t.chatLabel}
          placeholder={t.chatPlaceholder}
          value={text.value}
          maxLength={CHAT_TEXT_MAX}
          autocomplete="off"
          enterkeyhint="send"
          onInput={(event) => {
            text.value = event.currentTarget.value
            note.value = null
          }}
        />
        <IconButton
          type="submit"
          icon="send"
          label={t.send}
          class="studio-say__send"
          data-testid="chat-send"
          aria-disabled={text.value.trim() === '' || busy.value}
        />
      </div>
    </form>
  )
}
