import { signal } from '@preact/signals'
import type { ErrorCode } from '@shelfcast/shared/errors.ts'
import { useEffect } from 'preact/hooks'

const codeText = signal<((code: string) => string) | null>(null)

/** The sentence for a code, once the words of the catalogue are here: a refusal is rare, so they come when needed. */
export function useCodeText(code: ErrorCode | null): string | null {
  useEffect(() => {
    if (code === null || codeText.value) return
    import('../kit/errors.ts').then(
      (errors) => {
        codeText.value = errors.codeText
      },
      () => undefined, // without a network, the page says so elsewhere
    )
  }, [code])
  return code === null ? null : (codeText.value?.(code) ?? null)
}
