import { ERRORS, type ErrorCode } from '@shelfcast/shared/errors.ts'
import { z } from 'zod'
import type { Bus } from './bus.ts'
import { Fault } from './errors.ts'
import type { Log } from './log.ts'
import type { Closable } from './ticker.ts'

/** What one node may ask another: its name, and what goes there and back. Declared once, for both sides. */
export interface Asking {
  readonly name: string
  readonly input: z.ZodType
  readonly output: z.ZodType
}

export const asking = <const A extends Asking>(one: A): A => one

/**
 * Questions between nodes, each with one answer, over the bus: at most once, in order from each node to each other.
 * What got no answer may have been done all the same, so whoever asks has to be able to ask again or to take it back.
 * Who may speak on the bus is whom Redis lets in.
 */
export interface Ask extends Closable {
  readonly node: string
  /** Hears the others' questions from then on. */
  start(): Promise<void>
  /** Asks a node; itself, it answers without the bus. @throws the Fault of the other side; `unavailable` without an answer */
  ask<A extends Asking>(node: string, one: A, input: z.output<A['input']>): Promise<z.output<A['output']>>
  /** @param handler gets which node asks */
  answer<A extends Asking>(
    one: A,
    handler: (input: z.output<A['input']>, from: string) => Promise<z.output<A['output']>>,
  ): void
}

export interface AskDeps {
  bus: Pick<Bus, 'node' | 'publish' | 'subscribe' | 'unsubscribe'>
  log: Log
  limits: { readonly deadlineMs: number; readonly pendingMax: number; readonly answeringMax: number }
}

const refusal = z.object({
  code: z.string().refine((code): code is ErrorCode => Object.hasOwn(ERRORS, code)),
  detail: z.string().exactOptional(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).exactOptional(),
  extra: z.record(z.string(), z.unknown()).exactOptional(),
  retryAfterMs: z.number().exactOptional(),
})

const message = z.discriminatedUnion('is', [
  z.object({ is: z.literal('ask'), id: z.int(), from: z.string(), name: z.string(), input: z.unknown() }),
  z.object({ is: z.literal('answer'), id: z.int(), data: z.unknown() }),
  z.object({ is: z.literal('refusal'), id: z.int(), refusal }),
])
type Message = z.input<typeof message>
type Question = Extract<z.output<typeof message>, { is: 'ask' }>

interface Pending {
  readonly timer: NodeJS.Timeout
  resolve(data: unknown): void
  reject(error: Error): void
}

type Handler = (input: unknown, from: string) => Promise<unknown>

const channelOf = (node: string): string => `ask:${node}`
const unavailable = (detail: string): Fault => new Fault('unavailable', { detail, retryAfterMs: 1000 })

export function createAsk({ bus, log, limits }: AskDeps): Ask {
  const handlers = new Map<string, Handler>()
  const pending = new Map<number, Pending>()
  let last = 0
  let answering = 0

  const send = async (node: string, one: Message): Promise<boolean> =>
    (await bus.publish(channelOf(node), JSON.stringify(one))) !== null

  async function reply({ id, from, name, input }: Question): Promise<void> {
    let answer: Message
    try {
      const handler = handlers.get(name)
      if (!handler) throw new Fault('unknown_message')
      if (answering >= limits.answeringMax) throw unavailable('this node has too much to answer')
      answering++
      try {
        answer = { is: 'answer', id, data: await handler(input, from) }
      } finally {
        answering--
      }
    } catch (error) {
      if (!(error instanceof Fault)) log.error({ err: error, name, from }, 'a question could not be answered')
      const { code, more } = error instanceof Fault ? error : new Fault('internal')
      const { cause: _, ...told } = more
      answer = { is: 'refusal', id, refusal: { code, ...told } }
    }
    if (!(await send(from, answer))) log.warn({ name, from }, 'an answer did not go out')
  }

  function heard(text: string): void {
    const parsed = message.safeParse(parseJson(text))
    if (!parsed.success) {
      log.warn('a message to this node was not understood')
      return
    }
    const one = parsed.data
    if (one.is === 'ask') {
      void reply(one)
      return
    }
    const waiting = pending.get(one.id)
    if (!waiting) return // it came too late
    pending.delete(one.id)
    clearTimeout(waiting.timer)
    if (one.is === 'answer') waiting.resolve(one.data)
    else {
      const { code, ...more } = one.refusal
      waiting.reject(new Fault(code, more))
    }
  }

  function question(node: string, name: string, input: unknown): Promise<unknown> {
    if (pending.size >= limits.pendingMax) throw unavailable('too many questions wait for an answer')
    const id = ++last
    return new Promise((resolve, reject) => {
      const fail = (detail: string): void => {
        const waiting = pending.get(id)
        if (!waiting) return
        pending.delete(id)
        clearTimeout(waiting.timer)
        reject(unavailable(detail))
      }
      const timer = setTimeout(() => fail('another node did not answer'), limits.deadlineMs)
      pending.set(id, { timer, resolve, reject })
      void send(node, { is: 'ask', id, from: bus.node, name, input }).then((sent) => {
        if (!sent) fail('other nodes are not reached')
      })
    })
  }

  return {
    node: bus.node,

    start: () => bus.subscribe(channelOf(bus.node), heard),

    async ask<A extends Asking>(node: string, one: A, input: z.output<A['input']>) {
      const own = node === bus.node ? handlers.get(one.name) : undefined
      const data = own ? await own(input, node) : await question(node, one.name, input)
      return z.parse<A['output']>(one.output, data)
    },

    answer<A extends Asking>(
      one: A,
      handler: (input: z.output<A['input']>, from: string) => Promise<z.output<A['output']>>,
    ) {
      handlers.set(one.name, async (input, from) => {
        const parsed = z.safeParse<A['input']>(one.input, input)
        if (!parsed.success) throw new Error(`${one.name}: ${z.prettifyError(parsed.error)}`)
        return handler(parsed.data, from)
      })
    },

    close() {
      bus.unsubscribe(channelOf(bus.node))
      for (const { timer, reject } of pending.values()) {
        clearTimeout(timer)
        reject(unavailable('this node goes away'))
      }
      pending.clear()
    },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
