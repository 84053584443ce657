import type { Tile } from '@shelfcast/shared/layout.ts'

/** What one host on air sends: producer ids, without what is paused. */
export interface SeatSources {
  readonly personId: string
  readonly standIn: boolean
  readonly pictures: readonly { readonly source: Tile['source']; readonly videoId: string }[]
  /** Null is silence. */
  readonly audioId: string | null
}

/** What a show's hosts send to viewers, in the order in which they took their seats. */
export interface ShowSources {
  readonly tenantId: string
  readonly showId: string
  readonly seats: readonly SeatSources[]
  /** The picture that who can show only one sees. */
  readonly mainId: string | null
}
