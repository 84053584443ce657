import '../../kit/ui/more-icons.tsx'
import { usePlayer } from '../context.ts'
import { BagSheet } from './bag-sheet.tsx'
import { CheckoutSheet } from './checkout-sheet.tsx'
import { MenuSheet } from './menu-sheet.tsx'
import { OrderSheet } from './order-sheet.tsx'
import { OrdersSheet } from './orders-sheet.tsx'
import { QrSheet } from './qr-sheet.tsx'
import { SignInSheet } from './sign-in-sheet.tsx'
import { TipsSheet } from './tips-sheet.tsx'

/** The open sheet, if any. All sheets are one chunk, fetched after the first frame or with the first tap. */
export default function Sheets() {
  const view = usePlayer().state.sheet.value
  switch (view?.kind) {
    case undefined:
      return null
    case 'bag':
      return <BagSheet />
    case 'checkout':
      return <CheckoutSheet key={view.itemId} itemId={view.itemId} skuId={view.skuId} />
    case 'order':
      return <OrderSheet key={view.orderId} orderId={view.orderId} />
    case 'orders':
      return <OrdersSheet />
    case 'tips':
      return <TipsSheet />
    case 'menu':
      return <MenuSheet />
    case 'qr':
      return <QrSheet />
    case 'sign-in':
      return <SignInSheet returnTo={view.returnTo} />
  }
}
