/**
 * Why there is no picture or sound from this device: `insecure` the page is not on https or localhost · `denied` the
 * permission was refused · `none` no such device · `busy` another program holds it · `failed` anything else.
 */
export type Trouble = 'insecure' | 'denied' | 'none' | 'busy' | 'failed'

/** Reads what `getUserMedia` rejected with (W3C Media Capture, section 10.2; Safari's and old names as well). */
export function troubleOf(error: unknown): Trouble {
  const name = error instanceof Error || error instanceof DOMException ? error.name : ''
  switch (name) {
    case 'NotAllowedError':
    case 'PermissionDeniedError':
    case 'SecurityError':
      return 'denied'
    case 'NotFoundError':
    case 'DevicesNotFoundError':
    case 'OverconstrainedError':
      return 'none'
    case 'NotReadableError':
    case 'TrackStartError':
    case 'AbortError':
      return 'busy'
    default:
      return 'failed'
  }
}
