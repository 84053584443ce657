import type { Ask } from '../../kernel/ask.ts'
import { randomToken } from '../../kernel/secrets.ts'
import type { ShowRecord } from '../../shows/index.ts'
import type { Host } from '../host.ts'
import type { LeftReason } from '../seat.ts'
import type { Comer } from '../show.ts'
import type { HostStep } from './wire.ts'
import {
  holdsSeat,
  keepSeats,
  openTransport,
  seatLeft,
  seatSilenced,
  startSending,
  takeSeat,
  takeStep,
} from './wire.ts'

interface FarHost {
  readonly home: string
  left(reason: LeftReason): void
  silenced(silenced: boolean): void
}

interface FarHostsDeps {
  ask: Ask
  shows: { get(tenantId: string, showId: string): Promise<ShowRecord> }
}

/** Hosts whose sockets are on this node and whose seats are on another, the home of their show. */
export function createFarHosts({ ask, shows }: FarHostsDeps) {
  const hosts = new Map<string, FarHost>()

  ask.answer(seatLeft, async ({ seat, reason }) => {
    lost(seat, reason)
    return null
  })
  ask.answer(seatSilenced, async ({ seat, silenced }) => {
    hosts.get(seat)?.silenced(silenced)
    return null
  })
  ask.answer(holdsSeat, async ({ seat }) => ({ holds: hosts.has(seat) }))

  /** This node stays when a home goes away: its hosts are to come again by the same socket. */
  function lost(seat: string, reason: LeftReason): void {
    const host = hosts.get(seat)
    hosts.delete(seat)
    host?.left(reason === 'drained' ? 'media_lost' : reason)
  }

  function hostOf(home: string, seat: string, of: { tenantId: string; showId: string }): Host {
    const step = async (one: HostStep): Promise<void> => {
      await ask.ask(home, takeStep, { seat, step: one })
    }
    /** What is not heard the home finds out when it asks whether the seat is held. */
    const go = (is: 'leave' | 'stepDown'): void => {
      if (hosts.delete(seat)) step({ is }).catch(() => {})
    }
    return {
      createTransport: () => ask.ask(home, openTransport, { seat }),
      connect: (dtlsParameters) => step({ is: 'connect', dtlsParameters }),
      async produce(kind, source, rtpParameters) {
        return (await ask.ask(home, startSending, { seat, kind, source, rtpParameters })).producerId
      },
      setPaused: (producerId, paused) => step({ is: 'setPaused', producerId, paused }),
      closeProducer: (producerId) => step({ is: 'closeProducer', producerId }),
      async goLive() {
        await step({ is: 'goLive' })
        return shows.get(of.tenantId, of.showId)
      },
      leave: () => go('leave'),
      stepDown: () => go('stepDown'),
    }
  }

  return {
    /** @throws what the home refuses, and Fault `unavailable` where it does not answer */
    async join(
      home: string,
      of: { tenantId: string; showId: string },
      comer: Comer,
      left: (reason: LeftReason) => void,
      silenced: (silenced: boolean) => void,
    ) {
      const seat = randomToken()
      hosts.set(seat, { home, left, silenced })
      const host = hostOf(home, seat, of)
      try {
        const { tenantId, showId } = of
        const { personId, windowId, takeOver = false, name, mayLead, leads } = comer
        const who = { personId, windowId, takeOver, name, mayLead, leads }
        return { host, ...(await ask.ask(home, takeSeat, { seat, tenantId, showId, comer: who })) }
      } catch (error) {
        host.leave()
        throw error
      }
    },

    /** Every second: the homes hear which seats are held here, and say which they gave up without our hearing of it. */
    async tend(): Promise<void> {
      const homes = new Map<string, string[]>()
      for (const [seat, { home }] of hosts) homes.set(home, [...(homes.get(home) ?? []), seat])
      await Promise.all(
        [...homes].map(async ([home, seats]) => {
          const { unknown } = await ask.ask(home, keepSeats, { seats }).catch(() => ({ unknown: [] }))
          for (const seat of unknown) lost(seat, 'media_lost')
        }),
      )
    },

    gone(node: string): void {
      for (const [seat, { home }] of [...hosts]) if (home === node) lost(seat, 'media_lost')
    },
  }
}
