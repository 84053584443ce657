import { loadSession } from '../../kit/session.ts'
import { SignIn } from '../../kit/ui/sign-in.tsx'
import { Link } from '../navigate.tsx'
import { accountWords } from '../words.ts'
import { Door } from './door.tsx'

/** The door; behind it the address that was asked for is still there. */
export function DoorPage() {
  const t = accountWords.value
  return (
    <Door title={t.account} text={t.signInText}>
      <SignIn onDone={() => void loadSession()} />
      <p class="soft">
        <Link to={{ page: 'privacy' }}>{t.privacy.title}</Link>
      </p>
    </Door>
  )
}
