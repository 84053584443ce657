import * as api from '@shelfcast/shared/api/account.ts'
import type { Accounts } from '../accounts/index.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { Buyers } from './index.ts'

export const buyerRoutes = ({ buyers, accounts }: { buyers: Buyers; accounts: Accounts }): Route[] => [
  handle(api.listAddresses, async ({ actor }) => ({ items: await buyers.addresses.list(actor.personId) })),
  handle(api.addAddress, ({ actor, body }) => buyers.addresses.add(actor.personId, body)),
  handle(api.changeAddress, ({ actor, params, body }) =>
    buyers.addresses.change(actor.personId, params.addressId, body),
  ),
  handle(api.removeAddress, async ({ actor, params }) => {
    await buyers.addresses.remove(actor.personId, params.addressId)
    return null
  }),

  handle(api.exportMyData, async ({ actor }) => {
    await buyers.exports.spend(actor.personId)
    return buyers.exportOf(actor.personId)
  }),

  handle(api.deleteAccount, async ({ actor, body, setSession }) => {
    await accounts.attempts.password(actor.personId)
    await accounts.recovery.assertPassword(actor.personId, body.password)
    await buyers.leave(actor.personId, body.forfeitCoins)
    setSession(null)
    return null
  }),
]
