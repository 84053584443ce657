import { codeOf } from '../../kit/api.ts'
import { usePlayer } from '../context.ts'
import type { SheetView } from '../state.ts'

/** Moving between sheets. */
export function useSheet() {
  const { state } = usePlayer()
  const show = (view: SheetView | null) => {
    state.sheet.value = view
  }
  return {
    show,
    close: () => show(null),
    /** Asks to sign in and comes back, where the refusal was for want of an account. */
    signInFor(error: unknown, returnTo: SheetView): boolean {
      const code = codeOf(error)
      if (code !== 'account_needed' && code !== 'not_signed_in') return false
      show({ kind: 'sign-in', returnTo })
      return true
    },
  }
}
