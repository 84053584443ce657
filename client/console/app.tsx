import { effect } from '@preact/signals'
import { errorText } from '../kit/errors.ts'
import { Button } from '../kit/ui/button.tsx'
import { Empty } from '../kit/ui/empty.tsx'
import { Spinner } from '../kit/ui/spinner.tsx'
import { Toasts } from '../kit/ui/toast.tsx'
import './app.css'
import { loadSession, type Me, session } from '../kit/session.ts'
import { Blank } from './frame/blank.tsx'
import { Frame } from './frame/frame.tsx'
import { SignInPage } from './frame/sign-in-page.tsx'
import { navigate, route } from './navigate.ts'
import { OperatorPage } from './operator/operator-page.tsx'
import { operatorWords } from './operator/words.ts'
import { PageOf } from './page.tsx'
import { ShopContext, shopOf } from './shop.ts'
import { consoleWords } from './words.ts'

/** `/console` alone leads to the first merchant of who is signed in, or an operator to all of them. */
effect(() => {
  if (session.value.is !== 'in' || route.value.page !== 'home') return
  const { memberships, person } = session.value.me
  const first = memberships[0]
  if (first) navigate({ page: 'shows', tenantId: first.tenant.id }, 'replace')
  else if (person.operator) navigate({ page: 'operator' }, 'replace')
})

export function App() {
  return (
    <>
      <Screen />
      <Toasts />
    </>
  )
}

function Screen() {
  const t = consoleWords.value
  const now = session.value
  switch (now.is) {
    case 'loading':
      return (
        <Blank>
          <Spinner size={32} label={t.loading} />
        </Blank>
      )
    case 'out':
      return <SignInPage />
    case 'failed':
      return (
        <Blank>
          <Empty icon="wifiOff" title={errorText(now.error)}>
            <Button onClick={() => void loadSession()}>{t.tryAgain}</Button>
          </Empty>
        </Blank>
      )
    case 'in':
      return <SignedIn me={now.me} />
  }
}

function SignedIn({ me }: { me: Me }) {
  const t = consoleWords.value
  const place = route.value
  if (place.page === 'operator') {
    return (
      <Frame me={me} shop={null}>
        {me.person.operator ? (
          <OperatorPage />
        ) : (
          <Empty icon="alert" title={operatorWords.value.notOperator} />
        )}
      </Frame>
    )
  }
  if (me.memberships.length === 0) {
    return (
      <Frame me={me} shop={null}>
        <Empty icon="user" title={t.noShop} text={t.noShopText(me.person.name)}>
          <Button onClick={() => void loadSession()}>{t.checkAgain}</Button>
        </Empty>
      </Frame>
    )
  }
  if (place.page === 'home' || place.page === 'unknown') {
    return (
      <Frame me={me} shop={null}>
        <Empty icon="search" title={t.unknownPage} text={t.unknownPageText}>
          <Button onClick={() => navigate({ page: 'home' })}>{t.toStart}</Button>
        </Empty>
      </Frame>
    )
  }
  const membership = me.memberships.find(({ tenant }) => tenant.id === place.tenantId)
  if (!membership) {
    return (
      <Frame me={me} shop={null}>
        <Empty icon="alert" title={t.notYourShop} text={t.notYourShopText}>
          <Button onClick={() => navigate({ page: 'home' })}>{t.toStart}</Button>
        </Empty>
      </Frame>
    )
  }
  const shop = shopOf(membership)
  return (
    <ShopContext.Provider value={shop}>
      <Frame me={me} shop={shop} place={place}>
        <PageOf key={shop.tenantId} place={place} />
      </Frame>
    </ShopContext.Provider>
  )
}
