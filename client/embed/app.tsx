import mark from '../kit/icon.svg'
import { session } from '../kit/session.ts'
import { LanguageSwitch } from '../kit/ui/language-switch.tsx'
import './app.css'
import { Message } from './message.tsx'
import { SignInPage } from './sign-in-page.tsx'
import type { Task } from './task.ts'
import { WalletPage } from './wallet-page.tsx'
import { embedWords } from './words.ts'

export function App({ task }: { task: Task }) {
  return (
    <div class="popup">
      <header class="popup__top">
        <span class="popup__brand">
          <img src={mark} alt="" width={24} height={24} />
          Shelfcast
        </span>
        <span class="popup__host">{location.host}</span>
        <LanguageSwitch />
      </header>
      <main class="popup__main">
        <Page task={task} />
      </main>
    </div>
  )
}

function Page({ task }: { task: Task }) {
  const t = embedWords.value
  switch (task.is) {
    case 'nothing':
      return <Message icon="search" title={t.nothing} text={t.nothingText} />
    case 'sign-in':
      return <SignInPage task={task} now={session.value} />
    case 'wallet':
      return <WalletPage task={task} now={session.value} />
  }
}
