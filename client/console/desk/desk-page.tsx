import { useEffect, useState } from 'preact/hooks'
import { call } from '../../kit/api.ts'
import { useLoad } from '../../kit/load.ts'
import { LoadView } from '../../kit/ui/load-view.tsx'
import { useShop } from '../shop.ts'
import { ChatPanel } from './chat-panel.tsx'
import { DeskContext } from './context.ts'
import { type Desk, openDesk, type Show } from './desk.ts'
import './desk-page.css'
import { DeskHead } from './desk-head.tsx'
import { OrdersPanel } from './orders-panel.tsx'
import { Picture } from './picture.tsx'
import { SalePanel } from './sale-panel.tsx'
import { ShelfPanel } from './shelf-panel.tsx'

/** The live desk of one show. */
export function DeskPage({ showId }: { showId: string }) {
  const { tenantId } = useShop()
  const load = useLoad(
    (signal) => call('GET /tenants/:tenantId/shows/:showId', { params: { tenantId, showId }, signal }),
    [tenantId, showId],
  )
  return <LoadView load={load}>{(show) => <OpenDesk show={show} />}</LoadView>
}

function OpenDesk({ show }: { show: Show }) {
  const shop = useShop()
  const [desk, setDesk] = useState<Desk | null>(null)
  useEffect(() => {
    const opened = openDesk(shop.tenantId, show)
    setDesk(opened)
    return opened.close
  }, [shop.tenantId, show])
  if (!desk) return null
  const seesOrders = shop.may('orders:read')
  return (
    <DeskContext.Provider value={desk}>
      <div class="desk">
        <DeskHead />
        <div class={seesOrders ? 'desk__grid' : 'desk__grid desk__grid--two'}>
          <div class="desk__column desk__column--room">
            <Picture />
            <ChatPanel />
          </div>
          <div class="desk__trade">
            <div class="desk__column desk__column--sell">
              <ShelfPanel />
              <SalePanel />
            </div>
            {seesOrders && (
              <div class="desk__column desk__column--orders">
                <OrdersPanel />
              </div>
            )}
          </div>
        </div>
      </div>
    </DeskContext.Provider>
  )
}
