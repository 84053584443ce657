import * as account from './account.ts'
import * as accounts from './accounts.ts'
import * as battles from './battles.ts'
import * as campaigns from './campaigns.ts'
import * as catalog from './catalog.ts'
import * as cohosts from './cohosts.ts'
import type { Contract } from './contract.ts'
import * as embed from './embed.ts'
import * as facts from './facts.ts'
import * as fees from './fees.ts'
import * as fulfilment from './fulfilment.ts'
import * as operator from './operator.ts'
import * as orders from './orders.ts'
import * as payments from './payments.ts'
import * as payouts from './payouts.ts'
import * as pictures from './pictures.ts'
import * as promotions from './promotions.ts'
import * as replays from './replays.ts'
import * as shipping from './shipping.ts'
import * as showRecord from './show-record.ts'
import * as shows from './shows.ts'
import * as stage from './stage.ts'
import * as tips from './tips.ts'

const isContract = (value: unknown): value is Contract =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'who' in value

/** Every contract of the API, in the order of its modules. For the server: clients want the types of `index.ts`. */
export const contracts: readonly Contract[] = [
  accounts,
  account,
  embed,
  catalog,
  pictures,
  shipping,
  fees,
  shows,
  showRecord,
  stage,
  cohosts,
  battles,
  replays,
  promotions,
  campaigns,
  orders,
  fulfilment,
  payments,
  payouts,
  tips,
  facts,
  operator,
]
  .flatMap((module) => Object.values(module) as unknown[])
  .filter(isContract)
