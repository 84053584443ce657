import { LAYOUT_KINDS } from '@shelfcast/shared/protocol/parts.ts'
import { z } from 'zod'
import { Fault, found } from '../kernel/errors.ts'
import type { ShowStage } from './show.ts'

/** What the stage asks of the co-hosts domain when somebody who runs a show changes who is on it. */
export interface CoHostChanges {
  handOver(show: { tenantId: string; showId: string }, personId: string): Promise<void>
  dismiss(show: { tenantId: string; showId: string }, personId: string): Promise<void>
}

/** What who runs the show may do. */
export const leadStep = z.discriminatedUnion('is', [
  z.object({ is: z.literal('setLayout'), kind: z.enum(LAYOUT_KINDS), main: z.string().nullable() }),
  z.object({ is: z.literal('mute'), personId: z.string(), muted: z.boolean() }),
  z.object({ is: z.literal('remove'), personId: z.string() }),
  z.object({ is: z.literal('handOver'), personId: z.string() }),
])
export type LeadStep = z.output<typeof leadStep>

/** Who takes such a step: a person, whatever holds that one's seat, so that a host with an encoder runs the show too. */
export interface Leader {
  readonly personId: string
  /** Works for the merchant. */
  readonly mayLead: boolean
}

/**
 * Takes a step on a stage whose home is here.
 * @throws Fault `not_leading`; `not_found` for who is not on stage; `invalid_input` for the removal of oneself;
 *   `cannot_lead` for a heir who is no member
 */
export async function takeLead(
  stage: ShowStage,
  { personId, mayLead }: Leader,
  step: LeadStep,
  coHosts: CoHostChanges,
): Promise<void> {
  const { lead } = stage.lineUp
  // While the lead is not on stage any other who may lead does, so that nobody is locked out.
  const absent = lead === null || !stage.seats.has(lead)
  if (!(personId === lead || (absent && mayLead))) throw new Fault('not_leading')

  switch (step.is) {
    case 'setLayout':
      if (step.main !== null) found(stage.seats.get(step.main))
      stage.lineUp.choose(step.kind, step.main)
      return stage.layoutChanged()
    case 'mute':
      return stage.silence(step.personId, step.muted)
    case 'remove':
      found(stage.seats.get(step.personId))
      if (step.personId === personId) {
        throw new Fault('invalid_input', { detail: 'end the show, or hand it over' })
      }
      await coHosts.dismiss(stage, step.personId)
      return stage.dismiss(step.personId)
    case 'handOver':
      if (!found(stage.seats.get(step.personId)).mayLead) throw new Fault('cannot_lead')
      await coHosts.handOver(stage, step.personId)
      stage.lineUp.lead = step.personId
      return stage.layoutChanged()
  }
}
