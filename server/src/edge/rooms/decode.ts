import { UP_TYPES, type Up, upMessage } from '@shelfcast/shared/protocol/up.ts'
import { Fault } from '../../kernel/errors.ts'

const text = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads one up frame.
 * @throws Fault `payload_too_large`, `bad_json`, `unknown_message`, `invalid_input`
 */
export function decodeUp(frame: ArrayBuffer, isBinary: boolean, bytesMax: number): Up {
  if (frame.byteLength > bytesMax) throw new Fault('payload_too_large')
  const value = parseJson(frame, isBinary)
  const parsed = upMessage.safeParse(value)
  if (parsed.success) return parsed.data
  const isKnown = typeof value.t === 'string' && UP_TYPES.has(value.t)
  throw new Fault(isKnown ? 'invalid_input' : 'unknown_message')
}

function parseJson(frame: ArrayBuffer, isBinary: boolean): { t?: unknown } {
  if (isBinary) throw new Fault('bad_json')
  try {
    const value: unknown = JSON.parse(text.decode(frame))
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // told below
  }
  throw new Fault('bad_json')
}
