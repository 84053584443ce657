import { errorText } from '../kit/errors.ts'
import { loadSession, session } from '../kit/session.ts'
import { Button } from '../kit/ui/button.tsx'
import { Empty } from '../kit/ui/empty.tsx'
import { Spinner } from '../kit/ui/spinner.tsx'
import { Toasts } from '../kit/ui/toast.tsx'
import './account.css'
import { AddressesPage } from './addresses/addresses-page.tsx'
import { DataPage } from './data/data-page.tsx'
import { PrivacyPage } from './data/privacy-page.tsx'
import { DoorPage } from './door/door-page.tsx'
import { ResetPage } from './door/reset-page.tsx'
import { SetupPage } from './door/setup-page.tsx'
import { VerifyPage } from './door/verify-page.tsx'
import { Frame } from './frame.tsx'
import { CoinsPage } from './money/coins-page.tsx'
import { EarningsPage } from './money/earnings-page.tsx'
import { route } from './navigate.tsx'
import { NowherePage } from './nowhere-page.tsx'
import { OrderPage } from './orders/order-page.tsx'
import { OrdersPage } from './orders/orders-page.tsx'
import { ProfilePage } from './profile/profile-page.tsx'
import { accountWords } from './words.ts'

export function App() {
  return (
    <>
      <Screen />
      <Toasts />
    </>
  )
}

/** Some pages are for everybody, the others for who is signed in. */
function Screen() {
  switch (route.value.page) {
    case 'privacy':
      return <PrivacyPage />
    case 'reset':
      return <ResetPage />
    case 'verify':
      return <VerifyPage />
    case 'setup':
      return <SetupPage />
    case 'nowhere':
      return <NowherePage />
    default:
      return <Own />
  }
}

function Own() {
  const t = accountWords.value
  const now = session.value
  switch (now.is) {
    case 'loading':
      return (
        <main class="middle">
          <Spinner size={32} label={t.loading} />
        </main>
      )
    case 'out':
      return <DoorPage />
    case 'failed':
      return (
        <main class="middle">
          <Empty icon="wifiOff" title={errorText(now.error)}>
            <Button onClick={() => void loadSession()}>{t.tryAgain}</Button>
          </Empty>
        </main>
      )
    case 'in':
      return (
        <Frame me={now.me}>
          <Page />
        </Frame>
      )
  }
}

function Page() {
  const t = accountWords.value
  const place = route.value
  switch (place.page) {
    case 'orders':
      return <OrdersPage />
    case 'order':
      return <OrderPage key={place.orderId} orderId={place.orderId} />
    case 'addresses':
      return <AddressesPage />
    case 'coins':
      return <CoinsPage />
    case 'earnings':
      return <EarningsPage />
    case 'profile':
      return <ProfilePage />
    case 'data':
      return <DataPage />
    default:
      return <Empty icon="search" title={t.unknownPage} />
  }
}
