import { CHAT_TEXT_MAX } from '@shelfcast/shared/protocol/limits.ts'
import { codeText } from '../../kit/errors.ts'
import { IconButton } from '../../kit/ui/button.tsx'
import { useSay } from '../../kit/watch/use-say.ts'
import './chat-input.css'
import { useDesk } from './context.ts'
import { deskWords } from './words.ts'

/** Answers viewers. */
export function ChatInput() {
  const { room } = useDesk()
  const t = deskWords.value
  const { text, busy, refused, submit, onInput } = useSay(room.say)
  const note = refused.value && (refused.value === 'timeout' ? t.sayTimeout : codeText(refused.value))
  return (
    <form class="desk-say" onSubmit={submit}>
      {note && (
        <p class="desk-say__note" role="alert">
          {note}
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
        onInput={onInput}
      />
      <IconButton
        type="submit"
        icon="send"
        label={t.send}
        aria-disabled={text.value.trim() === '' || busy.value}
      />
    </form>
  )
}
