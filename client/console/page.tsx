import type { Scope } from '@shelfcast/shared/scopes.ts'
import { Empty } from '../kit/ui/empty.tsx'
import { Desk } from './desk/lazy.tsx'
import { MembersPage } from './members/members-page.tsx'
import { OrderPage } from './orders/order-page.tsx'
import { OrdersPage } from './orders/orders-page.tsx'
import { ProductsPage } from './products/products-page.tsx'
import type { Route } from './route.ts'
import { useShop } from './shop.ts'
import { ShowsPage } from './shows/shows-page.tsx'
import { consoleWords } from './words.ts'

/** The places that belong to one merchant. */
export type Place = Extract<Route, { tenantId: string }>

/** What a role needs to open each of them; the server asks for the same. */
export const PAGE_SCOPES: Record<Place['page'], Scope> = {
  shows: 'shows:read',
  desk: 'shows:read',
  products: 'catalog:read',
  orders: 'orders:read',
  members: 'members:write',
}

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
      return <Desk key={place.showId} showId={place.showId} />
    case 'products':
      return <ProductsPage />
    case 'orders':
      return place.orderId === null ? (
        <OrdersPage />
      ) : (
        <OrderPage key={place.orderId} orderId={place.orderId} />
      )
    case 'members':
      return <MembersPage />
  }
}
