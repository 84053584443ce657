import { useSignal } from '@preact/signals'
import type { SayResult } from '../room.ts'

/** What a chat input keeps: the text stays until the room took it, so that nothing that was typed is lost. */
export function useSay(say: (text: string) => Promise<SayResult>) {
  const text = useSignal('')
  const busy = useSignal(false)
  /** Why the last line was not taken, as a code of the catalogue or `timeout`. */
  const refused = useSignal<Extract<SayResult, { ok: false }>['error'] | null>(null)

  const submit = async (event: Event) => {
    event.preventDefault()
    const line = text.value.trim()
    if (line === '' || busy.value) return
    busy.value = true
    const result = await say(line)
    busy.value = false
    refused.value = result.ok ? null : result.error
    if (result.ok) text.value = ''
  }
  const onInput = (event: { currentTarget: HTMLInputElement }) => {
    text.value = event.currentTarget.value
    refused.value = null
  }
  return { text, busy, refused, submit, onInput }
}
