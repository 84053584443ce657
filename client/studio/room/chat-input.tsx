import { CHAT_TEXT_MAX } from '@shelfcast/shared/protocol/limits.ts'
import { codeText } from '../../kit/errors.ts'
import { IconButton } from '../../kit/ui/button.tsx'
import { useSay } from '../../kit/watch/use-say.ts'
import { useStudio } from '../live/context.ts'
import { studioWords } from '../words.ts'
import './chat-input.css'

/** Speaks as the host. */
export function ChatInput() {
  const { room } = useStudio()
  const t = studioWords.value
  const { text, busy, refused, submit, onInput } = useSay(room.say)
  const note = refused.value && (refused.value === 'timeout' ? t.chatTimeout : codeText(refused.value))
  return (
    <form class="studio-say" onSubmit={submit}>
      {note && (
        <p class="studio-say__note" role="alert">
          {note}
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
          onInput={onInput}
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
