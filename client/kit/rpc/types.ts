import type { ReadonlySignal } from '@preact/signals'
import type { Problem } from '@shelfcast/shared/errors.ts'
import type { Call } from '@shelfcast/shared/rpc/call.ts'
import type * as desk from '@shelfcast/shared/rpc/desk.ts'
import type * as studio from '@shelfcast/shared/rpc/studio.ts'
import type { z } from 'zod'

/** Every contract of a module under the name that goes over the wire. */
type CallsOf<Module> = {
  [Entry in keyof Module as Module[Entry] extends Call ? Module[Entry]['name'] : never]: Module[Entry]
}
type Calls = CallsOf<typeof studio> & CallsOf<typeof desk>

export type CallName = keyof Calls
export type CallInput<N extends CallName> = Calls[N] extends Call ? z.input<Calls[N]['input']> : never
export type CallOutput<N extends CallName> = Calls[N] extends Call ? z.output<Calls[N]['output']> : never

/** What the server sends unasked. */
export interface RpcEvents {
  [studio.STAGE_LEFT]: z.output<typeof studio.stageLeft>
  [studio.STAGE_SILENCED]: z.output<typeof studio.stageSilenced>
  [studio.STAGE_BATTLE]: z.output<typeof studio.stageBattle>
  [desk.DESK_ORDER]: z.output<typeof desk.deskOrder>
  [desk.DESK_TIPS]: z.output<typeof desk.deskTips>
}

/**
 * `connecting` the first attempt is under way · `up` calls work · `down` the connection was lost and is being made
 * again · `refused` the server will not have us (see `refusal`).
 */
export type RpcStatus = 'connecting' | 'up' | 'down' | 'refused'

export interface Rpc {
  readonly status: ReadonlySignal<RpcStatus>
  /** Why the server refused; null unless `status` is `refused`. */
  readonly refusal: ReadonlySignal<Problem | null>
  /**
   * Makes a call and gives its answer. The server runs the calls of a connection in order, one at a time.
   * @throws ApiError when the server refuses; NetworkError when the connection is not up, breaks before the answer
   * or the answer takes longer than 10 s (the call may then have happened)
   */
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>
  on<E extends keyof RpcEvents>(event: E, listener: (payload: RpcEvents[E]) => void): () => void
  /**
   * Runs at once if the connection is up, and after each reconnect: the server has forgotten the former connection,
   * so this is where to join or watch again.
   */
  onUp(listener: () => void): () => void
  close(): void
}
