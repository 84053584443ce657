import { useSignal } from '@preact/signals'
import type { WorkedOrder } from '@shelfcast/shared/api/fulfilment.ts'
import { mayMove } from '@shelfcast/shared/order-transitions.ts'
import { call } from '../../kit/api.ts'
import { dateTime } from '../../kit/format.ts'
import { Button } from '../../kit/ui/button.tsx'
import { TextField } from '../../kit/ui/field.tsx'
import { useAction } from '../../kit/use-action.ts'
import { useShop } from '../shop.ts'
import { Panel } from '../ui/panel.tsx'
import type { WorkProps } from './order-page.tsx'
import { countOf, linesOf, unitsToShip } from './units.ts'
import { UnitsField } from './units-field.tsx'
import { workWords } from './work-words.ts'

/** Packing and sending, as far as the order is ready for it. */
export function ParcelsPanel({ order, onChanged }: WorkProps) {
  const t = workWords.value
  const may = useShop().may('orders:write')
  const packing = useAction()
  const sending = useSignal(false)
  const waiting = countOf(unitsToShip(order))
  const mayPack = may && mayMove(order.status, 'packed', 'merchant')
  const mayShip = may && waiting > 0 && mayMove(order.status, 'shipped', 'merchant')
  const params = { tenantId: order.tenantId, orderId: order.id }
  const pack = () =>
    packing.run(async () => onChanged(await call('POST /tenants/:tenantId/orders/:orderId/pack', { params })))
  if (order.parcels.length === 0 && !mayPack && !mayShip) return null
  return (
    <Panel title={t.parcels}>
      <div class="work">
        {order.parcels.length === 0 && <p class="table__soft">{t.noParcels}</p>}
        <ul class="work__list">
          {order.parcels.map((parcel) => (
            <Parcel key={parcel.id} order={order} parcel={parcel} onChanged={onChanged} />
          ))}
        </ul>
        {mayShip && order.parcels.length > 0 && <p>{t.waiting(waiting)}</p>}
        {mayShip && sending.value ? (
          <ShipForm order={order} onChanged={onChanged} onClose={() => (sending.value = false)} />
        ) : (
          <div class="work__actions">
            {mayShip && (
              <Button icon="send" onClick={() => (sending.value = true)} data-testid="ship">
                {t.ship}
              </Button>
            )}
            {mayPack && (
              <Button look="plain" busy={packing.busy.value} onClick={() => void pack()} data-testid="pack">
                {t.pack}
              </Button>
            )}
          </div>
        )}
      </div>
    </Panel>
  )
}

function Parcel({ order, parcel, onChanged }: WorkProps & { parcel: WorkedOrder['parcels'][number] }) {
  const t = workWords.value
  const may = useShop().may('orders:write')
  const arriving = useAction()
  const titles = new Map(order.lines.map((line) => [line.id, line.title]))
  const params = { tenantId: order.tenantId, orderId: order.id, parcelId: parcel.id }
  const deliver = () =>
    arriving.run(async () =>
      onChanged(
        await call('POST /tenants/:tenantId/orders/:orderId/parcels/:parcelId/delivered', { params }),
      ),
    )
  return (
    <li class="work__item" data-testid="parcel">
      <div>
        <p>
          <strong>{parcel.carrier}</strong> <span class="numeric">{parcel.trackingNumber}</span>
        </p>
        <p class="table__soft">
          {parcel.lines.map((line) => `${titles.get(line.lineId) ?? ''} × ${line.quantity}`).join(', ')}
        </p>
        <p class="table__soft numeric">
          {parcel.deliveredAt === null
            ? t.sent(dateTime(parcel.shippedAt))
            : t.arrived(dateTime(parcel.deliveredAt))}
        </p>
      </div>
      {may && parcel.deliveredAt === null && (
        <Button
          look="plain"
          size="small"
          busy={arriving.busy.value}
          aria-label={t.markArrivedOf(parcel.trackingNumber)}
          onClick={() => void deliver()}
          data-testid="delivered"
        >
          {t.markArrived}
        </Button>
      )}
    </li>
  )
}

/** Names that most buyers of our currencies know; any other can be typed. */
const CARRIERS = [
  '顺丰速运',
  '中通快递',
  '圆通速递',
  '韵达快递',
  '京东物流',
  'EMS',
  'DHL',
  'UPS',
  'FedEx',
  'USPS',
]

function ShipForm({ order, onChanged, onClose }: WorkProps & { onClose: () => void }) {
  const t = workWords.value
  const max = unitsToShip(order)
  const carrier = useSignal('')
  const trackingNumber = useSignal('')
  const units = useSignal(max)
  const sending = useAction()
  const send = async (event: Event) => {
    event.preventDefault()
    const params = { tenantId: order.tenantId, orderId: order.id }
    const body = { carrier: carrier.value, trackingNumber: trackingNumber.value, lines: linesOf(units.value) }
    const sent = await sending.run(async () =>
      onChanged(await call('POST /tenants/:tenantId/orders/:orderId/parcels', { params, body })),
    )
    if (sent) onClose()
  }
  return (
    <form class="work" onSubmit={(event) => void send(event)}>
      <div class="work__fields">
        <TextField
          label={t.carrier}
          value={carrier.value}
          onValue={(value) => (carrier.value = value)}
          list="carriers"
          required
          maxLength={60}
          data-testid="carrier"
        />
        <datalist id="carriers">
          {CARRIERS.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <TextField
          label={t.tracking}
          value={trackingNumber.value}
          onValue={(value) => (trackingNumber.value = value)}
          required
          maxLength={60}
          autocomplete="off"
          data-testid="tracking"
        />
      </div>
      <fieldset class="work__set">
        <legend>{t.inParcel}</legend>
        <UnitsField order={order} max={max} value={units.value} onValue={(next) => (units.value = next)} />
      </fieldset>
      <div class="work__actions">
        <Button
          type="submit"
          busy={sending.busy.value}
          disabled={countOf(units.value) === 0}
          data-testid="send-parcel"
        >
          {t.send}
        </Button>
        <Button look="quiet" onClick={onClose}>
          {t.cancel}
        </Button>
      </div>
    </form>
  )
}
