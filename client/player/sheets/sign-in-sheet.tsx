import { Sheet } from '../../kit/ui/sheet.tsx'
import { SignIn } from '../../kit/ui/sign-in.tsx'
import { usePlayer } from '../context.ts'
import type { SheetView } from '../state.ts'
import { EmbedSignIn } from './embed-sign-in.tsx'
import './sheets.css'
import { useSheet } from './use-sheet.ts'
import { sheetWords } from './words.ts'

/** Signs in over the running picture, then goes back to what asked for it. */
export function SignInSheet({ returnTo }: { returnTo: SheetView | null }) {
  const player = usePlayer()
  const { close, show } = useSheet()
  const t = sheetWords.value
  const done = () => {
    // The room learns the new name by itself; nobody has to wait for it.
    player.identify().catch(() => undefined)
    show(returnTo)
  }
  return (
    <Sheet title={t.signIn} onClose={close} clear testId="sign-in-sheet">
      <p class="sheet-note">{t.signInText}</p>
      {player.embed ? <EmbedSignIn embed={player.embed} onDone={done} /> : <SignIn onDone={done} />}
    </Sheet>
  )
}
