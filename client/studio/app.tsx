import { errorText } from '../kit/errors.ts'
import { Button } from '../kit/ui/button.tsx'
import { Empty } from '../kit/ui/empty.tsx'
import { Spinner } from '../kit/ui/spinner.tsx'
import { Toasts } from '../kit/ui/toast.tsx'
import './app.css'
import { loadSession, session } from '../kit/session.ts'
import { Home } from './home/home.tsx'
import { JoinPage } from './home/join-page.tsx'
import { SignInPage } from './home/sign-in-page.tsx'
import { Live } from './live/lazy.tsx'
import { routeOf } from './route.ts'
import { studioWords } from './words.ts'

/** Links between the two pages are loads of the page, so the path is read once. */
const route = routeOf(location.pathname)

export function App() {
  return (
    <>
      <Page />
      <Toasts />
    </>
  )
}

function Page() {
  const t = studioWords.value
  const now = session.value
  if (route.page === 'join' && now.is !== 'loading') return <JoinPage />
  switch (now.is) {
    case 'loading':
      return (
        <main class="studio-blank">
          <Spinner size={32} label={t.loading} />
        </main>
      )
    case 'out':
      // A guest may have come by an invitation; the stage knows.
      return now.guest && route.page === 'live' ? <Live {...route} /> : <SignInPage />
    case 'failed':
      return (
        <main class="studio-blank">
          <Empty icon="wifiOff" title={errorText(now.error)}>
            <Button onClick={loadSession}>{t.tryAgain}</Button>
          </Empty>
        </main>
      )
    case 'in':
      return route.page === 'live' ? <Live {...route} /> : <Home me={now.me} />
  }
}
