import { hostname } from 'node:os'
import { z } from 'zod'
import type { Log } from '../../kernel/log.ts'
import { type Redis, redisScript } from '../../kernel/redis.ts'

const about = z.object({
  /** Of the machine: on one, loopback addresses are enough for pipes. */
  machine: z.string(),
  /** Where its pipes are reached. */
  pipeIp: z.union([z.ipv4(), z.ipv6()]),
  /** Ids of its media workers, so that others can tell viewers when it is gone. */
  workers: z.array(z.string()),
  /** How busy its workers are, in percent. */
  load: z.int(),
})
export type AboutNode = z.infer<typeof about>

/** The other nodes that have a stage. One that dies is known for its lease at most. */
export interface Registry {
  readonly living: ReadonlyMap<string, AboutNode>
  /** Whether nobody else was there when Redis last answered; not known before it did. */
  readonly alone: boolean
  /** Says that this node lives, and looks who else does. @throws where Redis does not answer */
  beat(): Promise<void>
  onGone(listener: (node: string, about: AboutNode) => void): void
  /** Says that this node goes away. */
  leave(): Promise<void>
}

interface RegistryDeps {
  redis: Redis
  node: string
  pipeIp: string
  own(): Pick<AboutNode, 'workers' | 'load'>
  leaseMs: number
  log: Log
}

const KEY = 'stage:nodes'
const answer = z.tuple([z.int()], z.string())

export function createRegistry({ redis, node, pipeIp, own, leaseMs, log }: RegistryDeps): Registry {
  const script = redisScript(redis, new URL('./beat.lua', import.meta.url))
  const living = new Map<string, AboutNode>()
  const listeners: ((node: string, about: AboutNode) => void)[] = []
  const machine = hostname()
  /** Until when nobody is missed (`performance.now()`): Redis lost what it knew, or was away. */
  let patientUntil = 0
  let looked = false
  let warned = false

  function met(id: string, text: string): void {
    const parsed = about.safeParse(parseJson(text))
    if (!parsed.success) return
    living.set(id, parsed.data)
    const unreachable =
      parsed.data.machine !== machine && (isLoopback(pipeIp) || isLoopback(parsed.data.pipeIp))
    if (!unreachable || warned) return
    warned = true
    log.warn(
      { node: id },
      'there are several machines: set MEDIA_PIPE_IP on each, or no picture goes between them',
    )
  }

  return {
    living,
    get alone() {
      return looked && living.size === 0
    },

    async beat() {
      const said = JSON.stringify({ machine, pipeIp, ...own() } satisfies AboutNode)
      const [known, ...others] = answer.parse(await script([KEY], node, leaseMs, said))
      if (known === 0) patientUntil = performance.now() + leaseMs
      looked = true
      const listed = new Set<string>()
      for (let i = 0; i + 1 < others.length; i += 2) {
        listed.add(others[i]!)
        met(others[i]!, others[i + 1]!)
      }
      if (performance.now() < patientUntil) return
      for (const [id, info] of [...living]) {
        if (listed.has(id)) continue
        living.delete(id)
        log.warn({ node: id }, 'another node is gone')
        for (const listener of listeners) listener(id, info)
      }
    },

    onGone: (listener) => void listeners.push(listener),

    async leave() {
      await script([KEY], node, leaseMs, '')
    },
  }
}

const isLoopback = (ip: string): boolean => ip === '::1' || ip.startsWith('127.')

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
