import { z } from 'zod'
import { contract, id } from './contract.ts'

/** Who gets which share of what a merchant sells. */

const tag = 'Fees'

/** Basis points: hundredths of a percent. Both shares together never come to more than everything. */
export const SHARE_BPS_MAX = 5000
const bps = z.int().min(0).max(SHARE_BPS_MAX)

const hostShares = z.object({
  hostBps: bps.describe("The host's share of what the items of an order come to, in hundredths of a percent"),
  tipHostBps: bps.describe("The host's share of what tips come to"),
})

const feeRule = hostShares.extend({
  version: z.int().describe('Each change is a version; 0: nothing was ever set'),
  platformBps: bps.describe("The platform's share of what the items of an order come to"),
})
export type FeeRule = z.infer<typeof feeRule>

export const getFees = contract({
  method: 'GET',
  path: '/tenants/:tenantId/fees',
  tag,
  summary: "The platform's fee and the host's shares",
  who: 'tenant:read',
  params: z.object({ tenantId: id }),
  output: feeRule,
})

export const putHostShares = contract({
  method: 'PUT',
  path: '/tenants/:tenantId/fees/host',
  tag,
  summary: "Set the shares of the show's host, from the next order on",
  who: 'tenant:write',
  params: z.object({ tenantId: id }),
  body: hostShares,
  output: feeRule,
  errors: ['unavailable'],
})

export const putPlatformFee = contract({
  method: 'PUT',
  path: '/merchants/:merchantId/platform-fee',
  tag: 'Operator',
  summary: "Set the platform's fee of a merchant, from the next order on",
  who: 'operator',
  params: z.object({ merchantId: id }),
  body: z.object({ platformBps: bps }),
  output: feeRule,
  errors: ['unavailable'],
})
