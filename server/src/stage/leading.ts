import type { StageLayout } from '@shelfcast/shared/protocol/parts.ts'
import { Fault, found } from '../kernel/errors.ts'
import type { HostSeat } from './seat.ts'
import type { ShowStage } from './show.ts'

/** What the stage asks of the co-hosts domain when somebody who runs a show changes who is on it. */
export interface CoHostChanges {
  handOver(show: { tenantId: string; showId: string }, personId: string): Promise<void>
  dismiss(show: { tenantId: string; showId: string }, personId: string): Promise<void>
}

/** What who runs the show may do. Each throws Fault `not_leading` for others. */
export interface Leading {
  setLayout(kind: StageLayout['kind'], main: string | null): Promise<void>
  /** @throws Fault `not_found` for who is not on stage */
  mute(personId: string, muted: boolean): Promise<void>
  /** @throws Fault `not_found` for who is not on stage, `invalid_input` for oneself */
  remove(personId: string): Promise<void>
  /** @throws Fault `not_found` for who is not on stage, `cannot_lead` */
  handOver(personId: string): Promise<void>
}

export function createLeading(stage: ShowStage, seat: HostSeat, coHosts: CoHostChanges): Leading {
  /** The lead; while that one is not on stage, any other who may lead, so that nobody is locked out. */
  function assertLeads(): void {
    const { lead } = stage.lineUp
    const absent = lead === null || !stage.seats.has(lead)
    if (seat.closed || !(seat.personId === lead || (absent && seat.mayLead))) throw new Fault('not_leading')
  }

  return {
    async setLayout(kind, main) {
      assertLeads()
      if (main !== null) found(stage.seats.get(main))
      stage.lineUp.choose(kind, main)
      stage.layoutChanged()
    },

    async mute(personId, muted) {
      assertLeads()
      await stage.silence(personId, muted)
    },

    async remove(personId) {
      assertLeads()
      const other = found(stage.seats.get(personId))
      if (other === seat) throw new Fault('invalid_input', { detail: 'end the show, or hand it over' })
      await coHosts.dismiss(stage, personId)
      stage.dismiss(other.personId)
    },

    async handOver(personId) {
      assertLeads()
      const other = found(stage.seats.get(personId))
      if (!other.mayLead) throw new Fault('cannot_lead')
      await coHosts.handOver(stage, personId)
      stage.lineUp.lead = personId
      stage.layoutChanged()
    },
  }
}
