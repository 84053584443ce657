import * as api from '@shelfcast/shared/api/operator.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { Stock } from '../stock/index.ts'
import type { DeadLetters } from './dead-letters.ts'

export const operatorRoutes = (deadLetters: DeadLetters, stock: Pick<Stock, 'gateReport'>): Route[] => [
  handle(api.getStockGate, () => stock.gateReport()),
  handle(api.listDeadLetters, ({ query }) => deadLetters.list(query)),
  handle(api.retryDeadLetter, async ({ params }) => {
    await deadLetters.retry(params.letterId)
    return null
  }),
]
