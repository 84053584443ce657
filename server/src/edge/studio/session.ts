import { DESK_ORDER, DESK_TIPS, type deskOrder, type deskTips } from '@shelfcast/shared/rpc/desk.ts'
import {
  STAGE_BATTLE,
  STAGE_LEFT,
  STAGE_SILENCED,
  type stageBattle,
  type stageLeft,
  type stageSilenced,
} from '@shelfcast/shared/rpc/studio.ts'
import type { z } from 'zod'
import type { Actor } from '../../kernel/actor.ts'
import type { Host } from '../../stage/index.ts'

/** What the server sends unasked. */
interface StudioEvents {
  [STAGE_LEFT]: (event: z.input<typeof stageLeft>) => void
  [STAGE_SILENCED]: (event: z.input<typeof stageSilenced>) => void
  [STAGE_BATTLE]: (event: z.input<typeof stageBattle>) => void
  [DESK_ORDER]: (order: z.input<typeof deskOrder>) => void
  [DESK_TIPS]: (tips: z.input<typeof deskTips>) => void
}

/** One socket of a studio or a console. */
export interface StudioSession {
  /** Who holds the session now: roles may have changed since the handshake. @throws Fault `not_signed_in` */
  actor(): Promise<Actor>
  send<E extends keyof StudioEvents>(event: E, payload: Parameters<StudioEvents[E]>[0]): void
  /** The show that it is the studio of, from the first call that names one. */
  show: { readonly tenantId: string; readonly showId: string } | null
  /** The seat on stage, if this socket has one. */
  host: Host | null
  /** True once the socket is gone; what was made for it since must be given back. */
  closed: boolean
}
