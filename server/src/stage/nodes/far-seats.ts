import type { Ask } from '../../kernel/ask.ts'
import { found } from '../../kernel/errors.ts'
import type { Host, HostHere } from '../host.ts'
import type { StageLimits } from '../limits.ts'
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

interface FarSeat {
  /** Where its host's socket is. */
  readonly node: string
  /** Null while the seat is being taken. */
  host: HostHere | null
  heardAt: number
}

export interface FarSeatsDeps {
  ask: Ask
  /** @throws Fault `unavailable` where this node is not the show's home, and what `ShowStage.join` refuses */
  join(
    of: { tenantId: string; showId: string },
    comer: Comer,
    left: (reason: LeftReason) => void,
    silenced: (silenced: boolean) => void,
  ): Promise<{ host: HostHere; rtpCapabilities: object; resumed: boolean }>
  limits: Pick<StageLimits, 'followMs'>
}

/** Seats on this node's stages whose hosts came by other nodes. One whose node is gone is given up. */
export function createFarSeats({ ask, join, limits }: FarSeatsDeps) {
  const seats = new Map<string, FarSeat>()
  const hostOf = (seat: string): HostHere => found(seats.get(seat)?.host)

  function leave(seat: string): void {
    const held = seats.get(seat)
    seats.delete(seat)
    held?.host?.leave()
  }

  ask.answer(takeSeat, async ({ seat, tenantId, showId, comer }, node) => {
    const held: FarSeat = { node, host: null, heardAt: performance.now() }
    seats.set(seat, held)
    const left = (reason: LeftReason): void => {
      seats.delete(seat)
      ask.ask(node, seatLeft, { seat, reason }).catch(() => {}) // its node asks for what it holds
    }
    const silenced = (now: boolean): void => {
      ask.ask(node, seatSilenced, { seat, silenced: now }).catch(() => {})
    }
    try {
      const { host, rtpCapabilities, resumed } = await join({ tenantId, showId }, comer, left, silenced)
      held.host = host
      if (seats.get(seat) !== held) host.leave() // it was taken back
      return { routerRtpCapabilities: { ...rtpCapabilities }, resumed }
    } catch (error) {
      seats.delete(seat)
      throw error
    }
  })

  ask.answer(openTransport, async ({ seat }) => {
    const { id, iceParameters, iceCandidates, dtlsParameters } = await hostOf(seat).createTransport()
    return {
      id,
      iceParameters: { ...iceParameters },
      iceCandidates: iceCandidates.map((one) => ({ ...one })),
      dtlsParameters: { ...dtlsParameters },
    }
  })

  ask.answer(startSending, async ({ seat, kind, source, rtpParameters }) => ({
    producerId: await hostOf(seat).produce(kind, source, rtpParameters),
  }))

  ask.answer(takeStep, async ({ seat, step }) => {
    if (step.is === 'leave') leave(seat)
    else await takes(hostOf(seat), step)
    return null
  })

  ask.answer(keepSeats, async ({ seats: kept }, node) => {
    const unknown: string[] = []
    for (const seat of kept) {
      const held = seats.get(seat)
      if (held?.node === node) held.heardAt = performance.now()
      else unknown.push(seat)
    }
    return { unknown }
  })

  return {
    get size(): number {
      return seats.size
    },

    /** Gives up seats of which their nodes, when asked, know nothing. */
    sweep(): void {
      const since = performance.now() - limits.followMs
      for (const [seat, { node, heardAt }] of seats) {
        if (heardAt > since) continue
        ask.ask(node, holdsSeat, { seat }).then(
          ({ holds }) => {
            if (!holds) leave(seat)
          },
          () => {}, // a node that is gone is noticed by its lease
        )
      }
    },

    gone(node: string): void {
      for (const [seat, held] of seats) if (held.node === node) leave(seat)
    },
  }
}

async function takes(host: Host, step: Exclude<HostStep, { is: 'leave' }>): Promise<void> {
  switch (step.is) {
    case 'connect':
      return host.connect(step.dtlsParameters)
    case 'setPaused':
      return host.setPaused(step.producerId, step.paused)
    case 'closeProducer':
      return host.closeProducer(step.producerId)
    case 'goLive':
      await host.goLive()
      return
    case 'stepDown':
      return host.stepDown()
  }
}
