import type { Scope } from '@shelfcast/shared/scopes.ts'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Membership } from '../kit/session.ts'

/** The merchant whose work is on the screen, and what this person may do there. */
export interface Shop {
  readonly tenantId: string
  readonly name: string
  readonly currency: Membership['tenant']['currency']
  readonly role: Membership['role']
  may(scope: Scope): boolean
}

export const shopOf = ({ tenant, role, scopes }: Membership): Shop => ({
  tenantId: tenant.id,
  name: tenant.name,
  currency: tenant.currency,
  role,
  may: (scope) => scopes.includes(scope),
})

export const ShopContext = createContext<Shop | null>(null)

/** The merchant that this component works for. */
export function useShop(): Shop {
  const shop = useContext(ShopContext)
  if (!shop) throw new Error('A page of the console is drawn outside of a merchant')
  return shop
}
