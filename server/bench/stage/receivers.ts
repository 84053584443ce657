import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const SOURCE = fileURLToPath(new URL('./receiver.c', import.meta.url))
const LIBRARIES = ['-lssl', '-lcrypto', '-lsrtp2']

/** What came to a process of receivers since it was asked last; its processor time since it began. */
const stats = z.object({
  up: z.number(),
  keyed: z.number(),
  packets: z.number(),
  bytes: z.number(),
  video: z.number(),
  lost: z.number(),
  frames: z.number(),
  delayMsP50: z.number(),
  delayMsP99: z.number(),
  cpuS: z.number(),
})

/** Compiles the receivers once for each of their versions. @throws Error that names what is missing */
function compiled(): string {
  const hash = createHash('sha256').update(readFileSync(SOURCE)).digest('hex').slice(0, 12)
  const program = join(tmpdir(), `shelfcast-receiver-${hash}`)
  if (existsSync(program)) return program
  try {
    execFileSync('cc', ['-O2', '-o', program, SOURCE, ...LIBRARIES], { stdio: ['ignore', 'ignore', 'pipe'] })
  } catch (error) {
    throw new Error('the receivers do not compile: they need build-essential, libssl-dev and libsrtp2-dev', {
      cause: error,
    })
  }
  return program
}

export interface NewReceiver {
  readonly id: number
  readonly ip: string
  readonly port: number
  readonly remote: { readonly ufrag: string; readonly pwd: string }
  readonly local: { readonly ufrag: string; readonly pwd: string }
  readonly videoSsrc: number
  /** Ids of header extensions, 0 for one that is not there. */
  readonly twccId: number
  readonly captureId: number
}

export type Receivers = Awaited<ReturnType<typeof startReceivers>>

/** `up`: DTLS is; `key`: its first whole key frame has come. */
export type Step = 'up' | 'key'

/** One process of receivers. `onStep` hears how far each is, in milliseconds since 1970. */
export async function startReceivers(onStep: (step: Step, id: number, atMs: number) => void) {
  const child = spawn(compiled(), [], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  const waiting: ((text: string) => void)[] = []
  const said = (): Promise<string> => new Promise((resolve) => waiting.push(resolve))
  lines.on('line', (line) => {
    const [word, ...rest] = line.split(' ')
    if (word === 'key' || word === 'up') onStep(word, Number(rest[0]), Number(rest[1]) / 1000)
    else waiting.shift()?.(rest.join(' '))
  })
  const fingerprint = await said()

  return {
    fingerprint,
    add({ id, ip, port, remote, local, videoSsrc, twccId, captureId }: NewReceiver): void {
      const ids = `${videoSsrc} ${twccId} ${captureId}`
      child.stdin.write(
        `add ${id} ${ip} ${port} ${remote.ufrag} ${remote.pwd} ${local.ufrag} ${local.pwd} ${ids}\n`,
      )
    },
    async stats(): Promise<z.output<typeof stats>> {
      child.stdin.write('stats\n')
      return stats.parse(JSON.parse(await said()))
    },
    stop(): void {
      child.stdin.end()
    },
  }
}
