import type { address, merchantOrderView } from '@shelfcast/shared/api/orders.ts'
import type { z } from 'zod'

type Address = z.output<typeof address>
type MaskedAddress = z.output<typeof merchantOrderView>['address']

const STARS = '***'

/** Enough to tell two parcels apart, too little to find or call a person. */
export function maskAddress({ name, phone, country, region, city }: Address): MaskedAddress {
  return {
    name: `${[...name][0] ?? ''}${STARS}`,
    phone: phone.length > 7 ? `${phone.slice(0, 3)}****${phone.slice(-2)}` : STARS,
    line: [country, region, city, STARS].filter(Boolean).join(' '),
  }
}
