import type { Role, Scope } from '@shelfcast/shared/scopes.ts'

/** An embedded player reaches one merchant's shows, and its buyer's orders there, from one origin. */
export interface EmbedReach {
  readonly tenantId: string
  readonly origin: string
}

/** Who acts: a person or a guest, and what they may do in which tenant. */
export interface Actor {
  readonly personId: string
  readonly name: string
  readonly guest: boolean
  readonly operator: boolean
  /**
   * What the session's browser is known by, for rate limits alone: a hash that is the same for its later sessions too.
   * It goes into nothing that is kept or told.
   */
  readonly device: string
  /** Set when the session is an embedded player's: what it is good for. Then there are no roles. */
  readonly embed: EmbedReach | null
  /** By tenant id. */
  readonly roles: ReadonlyMap<string, { role: Role; scopes: ReadonlySet<Scope> }>
}
