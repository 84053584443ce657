import type { Problem } from '@shelfcast/shared/errors.ts'

/**
 * Where this window stands with the show.
 * - `joining`: taking the seat.
 * - `ready`: seated, not on air.
 * - `starting`: going on air, for the first time or again after a reload.
 * - `live`: viewers see this window's picture.
 * - `recovering`: the connection broke while on air, or nearly. Viewers are told to wait until `deadline`
 *   (`performance.now()`), when the show ends; null if no viewer has seen it yet.
 * - `replaced`: another window of the same host took the seat.
 * - `removed`: who runs the show took this host off the stage.
 * - `beside`: an encoder of the same host has the seat. This window sends nothing, and runs the show.
 * - `elsewhere`: another window of the same host has the seat; this one may take it over.
 */
export type Phase =
  | { readonly at: 'joining' }
  | { readonly at: 'ready' }
  | { readonly at: 'starting' }
  | { readonly at: 'live' }
  | { readonly at: 'recovering'; readonly deadline: number | null }
  | { readonly at: 'replaced' }
  | { readonly at: 'beside' }
  | { readonly at: 'elsewhere' }
  | { readonly at: 'removed' }
  | { readonly at: 'refused'; readonly problem: Problem }
  | { readonly at: 'ended' }

/** Whether leaving the page now would take the picture away from viewers. */
export const isOnAir = ({ at }: Phase): boolean => at === 'live' || at === 'starting' || at === 'recovering'

/** Whether nothing can be sent from here now, so that devices are given back. */
export const sendsNothing = (phase: Phase): boolean => phase.at === 'beside' || isOver(phase)

/** Whether there is nothing more to do here. */
export const isOver = ({ at }: Phase): boolean =>
  at === 'replaced' || at === 'elsewhere' || at === 'removed' || at === 'refused' || at === 'ended'
