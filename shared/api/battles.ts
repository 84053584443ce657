import { z } from 'zod'
import { BATTLE_DURATION_S_MAX, BATTLE_DURATION_S_MIN } from '../protocol/limits.ts'
import { contract, id, nothing, timeMs } from './contract.ts'

const tag = 'Battles'
const inShow = z.object({ tenantId: id, showId: id })
const inBattle = inShow.extend({ battleId: id })
const ofShow = z.object({ showId: id, title: z.string(), shop: z.string() })

/** A challenge that is open, as the studio of either show sees it; a battle that runs is told by the room. */
export const challengeView = z.object({
  id,
  /** Whether it is this show that was challenged. */
  incoming: z.boolean(),
  durationS: z.int(),
  expiresAt: timeMs,
  rival: ofShow,
})

export const readBattles = contract({
  method: 'GET',
  path: '/tenants/:tenantId/shows/:showId/battles',
  tag,
  summary: 'The challenge that is open, and which shows of the merchant can be challenged',
  who: 'stage:host',
  params: inShow,
  output: z.object({
    challenge: challengeView.nullable(),
    rivals: z.array(ofShow.extend({ hosts: z.array(z.string()), busy: z.boolean() })),
  }),
})

export const makeBattleCode = contract({
  method: 'POST',
  path: '/tenants/:tenantId/shows/:showId/battle-code',
  tag,
  summary: 'A code by which hosts of other merchants can challenge this show, for a while',
  who: 'stage:host',
  params: inShow,
  body: z.object({}),
  output: z.object({ code: z.string(), expiresAt: timeMs }),
  status: 201,
})

export const challengeShow = contract({
  method: 'POST',
  path: '/tenants/:tenantId/shows/:showId/battles',
  tag,
  summary: 'Challenge another show of the merchant, or the one that a code names',
  who: 'stage:host',
  params: inShow,
  body: z.object({
    durationS: z.int().min(BATTLE_DURATION_S_MIN).max(BATTLE_DURATION_S_MAX),
    rival: z.union([z.object({ showId: id }), z.object({ code: z.string().trim().min(1).max(200) })]),
  }),
  output: challengeView,
  status: 201,
  errors: ['battle_code_invalid', 'battle_open', 'show_not_live', 'too_many_requests'],
})

export const acceptBattle = contract({
  method: 'POST',
  path: '/tenants/:tenantId/shows/:showId/battles/:battleId/accept',
  tag,
  summary: 'Accept a challenge: the battle begins in both rooms',
  who: 'stage:host',
  params: inBattle,
  body: z.object({}),
  output: nothing,
  status: 204,
  errors: ['battle_gone', 'show_not_live'],
})

export const refuseBattle = contract({
  method: 'DELETE',
  path: '/tenants/:tenantId/shows/:showId/battles/:battleId',
  tag,
  summary: 'Decline a challenge, or take one’s own back',
  who: 'stage:host',
  params: inBattle,
  output: nothing,
  status: 204,
  errors: ['battle_gone'],
})

export const giveUpBattle = contract({
  method: 'POST',
  path: '/tenants/:tenantId/shows/:showId/battles/:battleId/give-up',
  tag,
  summary: 'Give up a battle that runs: the other show wins',
  who: 'stage:host',
  params: inBattle,
  body: z.object({}),
  output: nothing,
  status: 204,
  errors: ['battle_gone'],
})
