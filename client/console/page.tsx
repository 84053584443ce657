import { Empty } from '../kit/ui/empty.tsx'
import { PAGE_SCOPES, type Place } from './access.ts'
import { CampaignsPage } from './campaigns/campaigns-page.tsx'
import { DeskPage } from './desk/desk-page.tsx'
import { FiguresPage } from './figures/figures-page.tsx'
import { MembersPage } from './members/members-page.tsx'
import { OrderPage } from './orders/order-page.tsx'
import { OrdersPage } from './orders/orders-page.tsx'
import { PayoutsPage } from './payouts/payouts-page.tsx'
import { ProductsPage } from './products/products-page.tsx'
import { SettingsPage } from './settings/settings-page.tsx'
import { useShop } from './shop.ts'
import { ShowsPage } from './shows/shows-page.tsx'
import { consoleWords } from './words.ts'

export function PageOf({ place }: { place: Place }) {
  const shop = useShop()
  const t = consoleWords.value
  if (!shop.may(PAGE_SCOPES[place.page])) {
    return <Empty icon="alert" title={t.notYourPage} text={t.notYourPageText} />
  }
  switch (place.page) {
    case 'shows':
      return <ShowsPage />
    case 'desk':
      return <DeskPage key={place.showId} showId={place.showId} />
    case 'figures':
      return <FiguresPage key={place.showId} showId={place.showId} />
    case 'products':
      return <ProductsPage />
    case 'campaigns':
      return <CampaignsPage />
    case 'orders':
      return place.orderId === null ? (
        <OrdersPage />
      ) : (
        <OrderPage key={place.orderId} orderId={place.orderId} />
      )
    case 'payouts':
      return <PayoutsPage />
    case 'members':
      return <MembersPage />
    case 'settings':
      return <SettingsPage />
  }
}
