import type { ErrorCode } from '@shelfcast/shared/errors.ts'
import type { Trouble } from '../capture/trouble.ts'
import type { Phase } from './phase.ts'

/** What stands over the picture when it is not enough by itself. */
export type Face =
  | { kind: 'joining' }
  | { kind: 'recovering'; deadline: number | null }
  | { kind: 'replaced' }
  | { kind: 'elsewhere' }
  | { kind: 'beside'; sends: boolean }
  | { kind: 'removed' }
  | { kind: 'ended' }
  | { kind: 'refused'; why: Refusal; code: ErrorCode }
  | { kind: 'devices'; trouble: Trouble }

/** Refusals that a host can do something about, or should understand. */
export type Refusal = 'signed_out' | 'not_allowed' | 'unknown' | 'seat_taken' | 'other'

export interface Situation {
  phase: Phase
  /** Whether an encoder of this host sends, and whether there are others to see. */
  encoder?: { sends: boolean; others: boolean }
  camera: Trouble | null
  microphone: Trouble | null
}

/** The face for a situation, or null when the picture says it all. */
export function faceOf({ phase, encoder, camera, microphone }: Situation): Face | null {
  switch (phase.at) {
    case 'joining':
    case 'replaced':
    case 'elsewhere':
    case 'removed':
    case 'ended':
      return { kind: phase.at }
    case 'beside':
      return encoder?.others ? null : { kind: 'beside', sends: encoder?.sends ?? true }
    case 'recovering':
      return { kind: 'recovering', deadline: phase.deadline }
    case 'refused':
      return { kind: 'refused', why: refusalOf(phase.problem.code), code: phase.problem.code }
    case 'ready':
    case 'starting':
    case 'live':
      // With one of the two there is a show: a note beside the controls is enough then.
      return camera && microphone ? { kind: 'devices', trouble: worse(camera, microphone) } : null
  }
}

function refusalOf(code: ErrorCode): Refusal {
  switch (code) {
    case 'not_signed_in':
    case 'account_needed':
      return 'signed_out'
    case 'scope_missing':
      return 'not_allowed'
    case 'not_found':
    case 'invalid_input':
      return 'unknown'
    case 'host_seat_taken':
      return 'seat_taken'
    default:
      return 'other'
  }
}

/** What to tell of two troubles: the one that the host can do something about. */
const RANK: readonly Trouble[] = ['insecure', 'denied', 'busy', 'failed', 'none']
const worse = (a: Trouble, b: Trouble): Trouble => (RANK.indexOf(a) <= RANK.indexOf(b) ? a : b)
