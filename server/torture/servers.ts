import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { freePort } from '../test/ports.ts'
import { type Program, startProgram } from '../test/process.ts'
import type { Random } from './random.ts'

const RESTART_TRIES = 50
const said = z.union([z.object({ url: z.string() }), z.object({ unheard: z.string() })])

/** Tries until it works: what finds its stores away when it starts ends, and its supervisor starts it again. */
export async function comeBack(what: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await what()
      return
    } catch (error) {
      if (tries === RESTART_TRIES) throw error
      await wait(200)
    }
  }
}

interface Seat {
  url: string
  ports: { http: number; media: number }
  /** Null while it is not meant to run. */
  program: Program | null
}

/** Server processes of one shop, each on a port of its own, which can be killed and come back. */
export async function createServers(count: number) {
  const seats: Seat[] = []
  while (seats.length < count) {
    const ports = { http: await freePort(), media: await freePort() }
    seats.push({ url: `http://127.0.0.1:${ports.http}`, ports, program: null })
  }
  const urls = seats.map(({ url }) => url)
  const complaints: string[] = []
  let env: Record<string, string> = {}
  let closed = false

  async function start(seat: Seat): Promise<void> {
    const program = startProgram('torture/server.ts', {
      ...env,
      PUBLIC_URL: urls[0]!,
      PORT: String(seat.ports.http),
      MEDIA_PORT: String(seat.ports.media),
    })
    let ready = false
    while (!ready) ready = 'url' in said.parse(await program.next())
    seat.program = program
    void listen(seat, program)
  }

  /** A server that serves and complains, or ends without being killed, has a bug. */
  async function listen(seat: Seat, program: Program): Promise<void> {
    try {
      for (;;) {
        const message = said.parse(await program.next())
        if ('unheard' in message) complaints.push(`a promise failed and nobody heard: ${message.unheard}`)
      }
    } catch (error) {
      if (seat.program !== program || closed) return
      complaints.push(`a server ended by itself: ${error}`)
      seat.program = null
      await comeBack(() => start(seat))
    }
  }

  async function kill(seat: Seat): Promise<void> {
    const { program } = seat
    seat.program = null
    await program?.stop('SIGKILL')
    if (program) await comeBack(() => start(seat))
  }

  return {
    urls,
    /** What servers did that they should not, a line each. */
    complaints,
    async startAll(settings: Record<string, string>): Promise<void> {
      env = settings
      for (const seat of seats) await comeBack(() => start(seat)) // the first makes what all share
    },
    killOne: (random: Random) => kill(random.pick(seats)),
    killAll: async () => void (await Promise.all(seats.map(kill))),
    async stop(): Promise<void> {
      closed = true
      await Promise.all(seats.map(({ program }) => program?.stop('SIGKILL')))
    },
  }
}
