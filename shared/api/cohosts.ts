import { z } from 'zod'
import { STAGE_NAME_MAX } from '../protocol/limits.ts'
import { contract, id, nothing, timeMs } from './contract.ts'

const tag = 'Co-hosts'
const inShow = z.object({ tenantId: id, showId: id })
const token = z.string().max(1000).describe('The part of an invitation’s link after #')

const stageName = z.string().trim().min(1).max(STAGE_NAME_MAX)

export const inviteView = z.object({
  id,
  createdAt: timeMs,
  expiresAt: timeMs,
  invitedBy: z.string(),
  /** Null while nobody has accepted it. */
  coHost: z.object({ personId: id, name: z.string(), acceptedAt: timeMs }).nullable(),
})

export const inviteCoHost = contract({
  method: 'POST',
  path: '/tenants/:tenantId/shows/:showId/co-hosts',
  tag,
  summary: 'Invite a co-host by a link that one person can accept, once and in time',
  who: 'stage:host',
  params: inShow,
  body: z.object({}),
  output: inviteView.extend({ url: z.string().describe('Told this once') }),
  status: 201,
  errors: ['too_many_invites', 'show_ended'],
})

export const listCoHosts = contract({
  method: 'GET',
  path: '/tenants/:tenantId/shows/:showId/co-hosts',
  tag,
  summary: 'Invitations that are open or accepted, newest first',
  who: 'stage:host',
  params: inShow,
  output: z.object({ items: z.array(inviteView) }),
})

export const withdrawCoHost = contract({
  method: 'DELETE',
  path: '/tenants/:tenantId/shows/:showId/co-hosts/:inviteId',
  tag,
  summary: 'Take an invitation back; a co-host who came by it leaves the stage',
  who: 'stage:host',
  params: inShow.extend({ inviteId: id }),
  output: nothing,
  status: 204,
})

export const readInvite = contract({
  method: 'POST',
  path: '/co-host-invites/read',
  tag,
  summary: 'What an invitation invites to',
  who: 'anyone',
  body: z.object({ token }),
  output: z.object({
    show: z.object({
      id,
      title: z.string(),
      coverUrl: z.string().nullable(),
      scheduledAt: timeMs.nullable(),
    }),
    tenantName: z.string(),
    invitedBy: z.string(),
    expiresAt: timeMs,
  }),
  errors: ['invite_invalid'],
})

export const acceptInvite = contract({
  method: 'POST',
  path: '/co-host-invites/accept',
  tag,
  summary: 'Accept an invitation under a name for the stage; without an account as a guest, who is made here',
  who: 'anyone',
  body: z.object({ token, name: stageName }),
  output: z.object({ tenantId: id, showId: id }),
  errors: ['invite_invalid', 'too_many_requests'],
})
