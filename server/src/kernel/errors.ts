import { ERRORS, type ErrorCode, type Problem } from '@shelfcast/shared/errors.ts'
import type { core } from 'zod'

interface FaultDetails {
  detail?: string
  issues?: { path: string; message: string }[]
  extra?: Record<string, unknown>
  retryAfterMs?: number
  cause?: unknown
}

/** A refusal from the catalogue. Everything that is thrown on purpose is one of these; all else is a bug. */
export class Fault extends Error {
  readonly code: ErrorCode
  readonly more: FaultDetails

  constructor(code: ErrorCode, more: FaultDetails = {}) {
    // Nobody reads where a refusal was decided; a rush makes thousands, and a stack costs as much as the decision.
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    super(more.detail ?? ERRORS[code].title, { cause: more.cause })
    Error.stackTraceLimit = stackTraceLimit
    this.name = 'Fault'
    this.code = code
    this.more = more
  }

  get status(): number {
    return ERRORS[this.code].status
  }
}

/** Throws `code` where a value is missing: `found(row, 'not_found')`. */
export function found<T>(value: T | null | undefined, code: ErrorCode = 'not_found'): T {
  if (value === null || value === undefined) throw new Fault(code)
  return value
}

/** What a parse refused, as `invalid_input` tells it. */
export function invalidInput(error: core.$ZodError): Fault {
  const issues = error.issues
    .slice(0, 20)
    .map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
  return new Fault('invalid_input', { issues })
}

/** The problem document of any thrown value. What is not a Fault tells nothing of its insides. */
export function toProblem(error: unknown): Problem {
  const fault = error instanceof Fault ? error : new Fault('internal')
  const { status, title, retry } = ERRORS[fault.code]
  const { detail, issues, extra } = fault.more
  return {
    type: `urn:shelfcast:error:${fault.code}`,
    title,
    status,
    code: fault.code,
    retry,
    ...(detail === undefined ? {} : { detail }),
    ...(issues === undefined ? {} : { issues }),
    ...(extra === undefined ? {} : { extra }),
  }
}
