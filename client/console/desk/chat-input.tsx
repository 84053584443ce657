import { useSignal } from '@preact/signals'
import { CHAT_TEXT_MAX } from '@shelfcast/shared/protocol/limits.ts'
import { codeText } from '../../kit/errors.ts'
import { IconButton } from '../../kit/ui/button.tsx'
import './chat-input.css'
import { useDesk } from './context.ts'
import { deskWords } from './words.ts'

/** Answers viewers. The text stays until the room took it, so that nothing that was typed is lost. */
export function ChatInput() {
  const { room } = useDesk()
  const t = deskWords.value
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
    note.value = result.ok ? null : result.error === 'timeout' ? t.sayTimeout : codeText(result.error)
  }
  return (
    <form class="desk-say" onSubmit={submit}>
      {note.value && (
        <p class="desk-say__note" role="alert">
          {note.value}
        </p>
      )}
      <input
        class="input"
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
      <IconButton type="submit" icon="send" label={t.send} aria-disabled={text.value.trim() === ''} />
    </form>
  )
}
