import type { Role, Scope } from '@shelfcast/shared/scopes.ts'

/** Who acts: a person or a guest, and what they may do in which tenant. */
export interface Actor {
  readonly personId: string
  readonly name: string
  readonly guest: boolean
  readonly operator: boolean
  /** By tenant id. */
  readonly roles: ReadonlyMap<string, { role: Role; scopes: ReadonlySet<Scope> }>
}
