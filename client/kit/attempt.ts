import { ApiError } from './api.ts'
import type { Keeper } from './keep.ts'

/** 128 random bits in hex. Not `crypto.randomUUID`, which plain http on a local network does not have. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * Gives each distinct write one Idempotency-Key and keeps it until the write is answered, so that pressing the button
 * again after a lost answer can never order or pay twice. A changed request gets a new key.
 */
export interface Attempts {
  /** Runs `write` with the key of this request; the key is forgotten once a definite answer came. */
  run<T>(request: unknown, write: (idempotencyKey: string) => Promise<T>): Promise<T>
}

/** @param keep where the open key survives a reload; nothing survives without it */
export function createAttempts(keep?: Keeper): Attempts {
  let open = restore(keep)
  const put = (next: OpenAttempt | null) => {
    open = next
    if (next) keep?.write(JSON.stringify(next))
    else keep?.forget()
  }
  return {
    async run(request, write) {
      const fingerprint = JSON.stringify(request)
      if (open?.fingerprint !== fingerprint) put({ fingerprint, key: randomKey() })
      const { key } = open!
      try {
        const answer = await write(key)
        put(null)
        return answer
      } catch (error) {
        if (isDefinite(error)) put(null)
        throw error
      }
    },
  }
}

interface OpenAttempt {
  fingerprint: string
  key: string
}

function restore(keep: Keeper | undefined): OpenAttempt | null {
  try {
    const stored: unknown = JSON.parse(keep?.read() ?? 'null')
    if (typeof stored !== 'object' || stored === null) return null
    if (!('fingerprint' in stored && 'key' in stored)) return null
    const { fingerprint, key } = stored
    return typeof fingerprint === 'string' && typeof key === 'string' ? { fingerprint, key } : null
  } catch {
    return null
  }
}

/** A refusal that trying the same again would repeat. Everything else leaves open whether the write happened. */
const isDefinite = (error: unknown): boolean => error instanceof ApiError && !error.problem.retry
