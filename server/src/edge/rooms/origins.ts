import type { Clock } from '../../kernel/clock.ts'
import { keepKnown } from '../../kernel/fresh.ts'

const FRESH_MS = 30_000
const TENANTS_KEPT_MAX = 10_000

export interface OriginDeps {
  /** Under which our own pages are served. */
  publicUrl: string
  /** Origins on which a tenant embeds its player. */
  allowedOrigins(tenantId: string): Promise<readonly string[]>
  clock: Clock
}

/** From which pages a room may be joined. A client that is no browser sends no Origin, and has no cookie to abuse. */
export function createOrigins({ publicUrl, allowedOrigins, clock }: OriginDeps) {
  const own = new URL(publicUrl).origin
  const originsOf = keepKnown(allowedOrigins, { freshMs: FRESH_MS, keptMax: TENANTS_KEPT_MAX }, clock)

  const isOwn = (origin: string | null, host: string): boolean =>
    origin === null || origin === own || (URL.canParse(origin) && new URL(origin).host === host)

  return {
    /** Whether it makes sense to wait for a ticket: an opaque origin (`null`) is refused at once. */
    mayConnect(origin: string | null): boolean {
      return origin === null || (origin !== 'null' && URL.canParse(origin))
    },

    /** Our own pages anywhere, a tenant's pages in its own rooms. `host` is the one the request came to. */
    async mayJoin(origin: string | null, host: string, tenantId: string): Promise<boolean> {
      return isOwn(origin, host) || (await originsOf(tenantId)).includes(origin ?? '')
    },
  }
}
