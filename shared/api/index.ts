import type { z } from 'zod'
import type * as account from './account.ts'
import type * as accounts from './accounts.ts'
import type * as battles from './battles.ts'
import type * as campaigns from './campaigns.ts'
import type * as catalog from './catalog.ts'
import type * as cohosts from './cohosts.ts'
import type { Contract } from './contract.ts'
import type * as embed from './embed.ts'
import type * as facts from './facts.ts'
import type * as fees from './fees.ts'
import type * as fulfilment from './fulfilment.ts'
import type * as operator from './operator.ts'
import type * as orders from './orders.ts'
import type * as payments from './payments.ts'
import type * as payouts from './payouts.ts'
import type * as pictures from './pictures.ts'
import type * as promotions from './promotions.ts'
import type * as replays from './replays.ts'
import type * as shipping from './shipping.ts'
import type * as showRecord from './show-record.ts'
import type * as shows from './shows.ts'
import type * as stage from './stage.ts'
import type * as tips from './tips.ts'

type Values<T> = T[keyof T]
type ContractsOf<T> = Extract<Values<T>, Contract>

type AnyContract =
  | ContractsOf<typeof accounts>
  | ContractsOf<typeof account>
  | ContractsOf<typeof catalog>
  | ContractsOf<typeof embed>
  | ContractsOf<typeof pictures>
  | ContractsOf<typeof replays>
  | ContractsOf<typeof shipping>
  | ContractsOf<typeof fees>
  | ContractsOf<typeof shows>
  | ContractsOf<typeof showRecord>
  | ContractsOf<typeof stage>
  | ContractsOf<typeof cohosts>
  | ContractsOf<typeof battles>
  | ContractsOf<typeof promotions>
  | ContractsOf<typeof campaigns>
  | ContractsOf<typeof operator>
  | ContractsOf<typeof orders>
  | ContractsOf<typeof fulfilment>
  | ContractsOf<typeof payments>
  | ContractsOf<typeof payouts>
  | ContractsOf<typeof tips>
  | ContractsOf<typeof facts>

/** The whole HTTP API as types, keyed by `METHOD path`: what a typed client needs, and nothing at run time. */
export type Api = { [C in AnyContract as `${C['method']} ${C['path']}`]: C }

export type Input<C, K extends 'params' | 'query' | 'body'> = C extends {
  [P in K]: infer S extends z.ZodType
}
  ? z.input<S>
  : undefined
export type Output<C extends Contract> = z.output<C['output']>
