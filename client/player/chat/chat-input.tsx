import { useSignal } from '@preact/signals'
import { CHAT_TEXT_MAX } from '@shelfcast/shared/protocol/limits.ts'
import { useEffect } from 'preact/hooks'
import { timeOfDay } from '../../kit/format.ts'
import { IconButton } from '../../kit/ui/button.tsx'
import { useSay } from '../../kit/watch/use-say.ts'
import { usePlayer } from '../context.ts'
import { useCodeText } from '../use-code-text.ts'
import { playerWords } from '../words.ts'
import './chat-input.css'

const NOTE_MS = 4000

/** Says a line. While muted the field is closed, and says until when. */
export function ChatInput() {
  const player = usePlayer()
  const t = playerWords.value
  const { text, busy, refused, submit, onInput } = useSay(player.say)
  const mutedUntil = player.state.me.value?.mutedUntil ?? null
  const muted = mutedUntil !== null && mutedUntil > player.serverNow()

  useEffect(() => {
    if (!refused.value) return
    const timer = setTimeout(() => (refused.value = null), NOTE_MS)
    return () => clearTimeout(timer)
  }, [refused.value])
  useWake(mutedUntil === null ? null : mutedUntil - player.serverNow())

  const refusal = useCodeText(refused.value === 'timeout' ? null : refused.value)
  const note = refused.value === 'timeout' ? t.chatTimeout : refusal
  return (
    <form class="chat-input" onSubmit={submit}>
      {note && (
        <p class="chat-input__note" role="alert" data-testid="chat-error">
          {note}
        </p>
      )}
      <input
        class="chat-input__field"
        data-testid="chat-input"
        aria-label={t.chatLabel}
        placeholder={muted ? t.chatMutedUntil(timeOfDay(mutedUntil)) : t.chatPlaceholder}
        value={muted ? '' : text.value}
        disabled={muted}
        maxLength={CHAT_TEXT_MAX}
        autocomplete="off"
        enterkeyhint="send"
        onInput={onInput}
      />
      <IconButton
        type="submit"
        icon="send"
        label={t.send}
        class="chat-input__send"
        data-testid="chat-send"
        // A disabled button would take the focus from the field while typing goes on.
        aria-disabled={text.value.trim() === '' || busy.value}
        onPointerDown={(event) => event.preventDefault()}
      />
    </form>
  )
}

/** Draws again after so many milliseconds: when a mute is over. */
function useWake(afterMs: number | null): void {
  const woken = useSignal(0)
  woken.value // read, so that waking draws
  const waiting = afterMs !== null && afterMs > 0
  useEffect(() => {
    if (!waiting) return
    const timer = setTimeout(() => woken.value++, Math.min(afterMs + 50, 2 ** 31 - 1))
    return () => clearTimeout(timer)
  }, [waiting])
}
