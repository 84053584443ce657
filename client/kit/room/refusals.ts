import type { ErrorCode } from '@shelfcast/shared/errors.ts'

/** Close codes after which trying again is of no use; every other close is followed by another attempt. */
export const FINAL_CLOSES: Readonly<Record<number, ErrorCode>> = {
  4400: 'bad_json',
  4403: 'origin_refused',
  4404: 'unknown_message',
  4406: 'join_expected',
  4409: 'evicted',
  4410: 'show_ended',
  4413: 'payload_too_large',
  4422: 'invalid_input',
  4426: 'protocol_unsupported',
}

/** No place in the room; one may come free. */
export const FULL_CLOSE = 4503

/** A ticket can run out before it is used, so a new one is tried, but not for ever. */
export const TICKET_CLOSE = 4401
export const TICKET_ATTEMPTS = 3

/** Thrown by `getTicket` when there will never be one, e.g. because the show is gone. */
export class RoomRefused extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode) {
    super(`the room is closed to us: ${code}`)
    this.name = 'RoomRefused'
    this.code = code
  }
}
