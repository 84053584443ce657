import type { Call, Reply } from '@shelfcast/shared/rpc/call.ts'
import { z } from 'zod'
import { Fault, invalidInput, toProblem } from '../../kernel/errors.ts'
import type { Log } from '../../kernel/log.ts'

/** A call's contract with its handler: a row of the call table. */
export interface CallRow<Session> {
  readonly name: string
  run(session: Session, input: unknown): Promise<unknown>
}

/** Ties a handler to its contract, with types both ways. The output is parsed too: it cuts off what is not promised. */
export function answer<C extends Call, Session>(
  contract: C,
  handler: (session: Session, input: z.output<C['input']>) => Promise<z.input<C['output']>>,
): CallRow<Session> {
  return {
    name: contract.name,
    async run(session, input) {
      const parsed = z.safeParse<C['input']>(contract.input, input)
      if (!parsed.success) throw invalidInput(parsed.error)
      return z.parse(contract.output, await handler(session, parsed.data))
    },
  }
}

/**
 * The calls of one socket: in order, one at a time, and not too many. Each gets exactly one reply.
 * @returns what to do with one call; it never throws
 */
export function createDispatch<Session>(
  rows: ReadonlyMap<string, CallRow<Session>>,
  deps: { callsPer10SMax: number; log: Log },
): (session: Session, name: string, input: unknown) => Promise<Reply<unknown>> {
  let tail: Promise<unknown> = Promise.resolve()
  let windowEndsAt = 0
  let calls = 0

  function assertPace(): void {
    const now = performance.now()
    if (now > windowEndsAt) {
      windowEndsAt = now + 10_000
      calls = 0
    }
    if (++calls > deps.callsPer10SMax) {
      throw new Fault('too_many_requests', { retryAfterMs: windowEndsAt - now })
    }
  }

  async function reply(name: string, work: () => Promise<unknown>): Promise<Reply<unknown>> {
    try {
      return { ok: true, data: await work() }
    } catch (error) {
      if (!(error instanceof Fault)) deps.log.error({ err: error, call: name }, 'call failed')
      return { ok: false, problem: toProblem(error) }
    }
  }

  return (session, name, input) =>
    reply(name, () => {
      assertPace()
      const row = rows.get(name)
      if (!row) throw new Fault('unknown_message')
      const result = tail.then(() => row.run(session, input))
      tail = result.catch(() => {})
      return result
    })
}
