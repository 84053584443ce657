import { z } from 'zod'
import { bagged } from './bagged.ts'
import { comment } from './comment.ts'
import { dwell } from './dwell.ts'
import { like } from './like.ts'
import { ordered } from './ordered.ts'
import { paid } from './paid.ts'
import { productOpened } from './product-opened.ts'
import { refunded } from './refunded.ts'
import { seen } from './seen.ts'
import { tipped } from './tipped.ts'

/** Every fact there is: the one thing that figures, recommendation, ads and risk read. */
export const FACTS = [
  seen,
  dwell,
  like,
  comment,
  productOpened,
  bagged,
  ordered,
  paid,
  refunded,
  tipped,
] as const

/** What a player may report. */
export const reportedFact = z.discriminatedUnion('type', [
  seen.schema,
  dwell.schema,
  like.schema,
  productOpened.schema,
  bagged.schema,
])
/** As a player writes it, with what has a default left out. */
export type ReportedFact = z.input<typeof reportedFact>

/** What the server makes of its own records. */
export const ownFact = z.discriminatedUnion('type', [
  comment.schema,
  ordered.schema,
  paid.schema,
  refunded.schema,
  tipped.schema,
])

export type Fact = z.output<typeof reportedFact> | z.output<typeof ownFact>

/** Moves with every change of a schema; `facts.test.ts` pins the schemas' hash to it. */
export const FACTS_VERSION = 1
