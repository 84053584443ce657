import { z } from 'zod'
import { contract, id, nothing, timeMs } from './contract.ts'

const tag = 'Shows'
const inTenant = z.object({ tenantId: id })
const keyFacts = z.object({ createdAt: timeMs, lastUsedAt: timeMs.nullable() })
const url = z.string().describe('Where encoders publish (WHIP, RFC 9725): it finds the host’s current show')

export const getStreamKey = contract({
  method: 'GET',
  path: '/tenants/:tenantId/stream-key',
  tag,
  summary: 'One’s own stream key for OBS and other encoders: when it was made, not the key',
  who: 'stage:host',
  params: inTenant,
  output: z.object({ url, key: keyFacts.nullable() }),
})

export const rotateStreamKey = contract({
  method: 'PUT',
  path: '/tenants/:tenantId/stream-key',
  tag,
  summary: 'Make one’s stream key, told this once; a former one ends, and what it publishes',
  who: 'stage:host',
  params: inTenant,
  output: keyFacts.extend({ url, key: z.string().describe('Bearer token for WHIP') }),
})

export const revokeStreamKey = contract({
  method: 'DELETE',
  path: '/tenants/:tenantId/stream-key',
  tag,
  summary: 'Take one’s stream key back, and end what it publishes',
  who: 'stage:host',
  params: inTenant,
  output: nothing,
  status: 204,
})
