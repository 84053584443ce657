import type { SeatView } from '@shelfcast/shared/protocol/parts.ts'
import { Button } from '../../kit/ui/button.tsx'
import { Icon } from '../../kit/ui/icons.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { useStudio } from '../live/context.ts'
import { Invitations, useInvites } from './invitations.tsx'
import { LayoutPicker } from './layout-picker.tsx'
import './people.css'
import { peopleWords } from './words.ts'

/** Who is on stage and how their pictures stand; for who runs the show, all that can be done about it. */
export function PeopleDialog() {
  const { dialog, people, stage } = useStudio()
  const invites = useInvites()
  const t = peopleWords.value
  const seats = people.layout.value?.seats ?? []
  const guests = new Set(invites.items.value.map(({ coHost }) => coHost?.personId))
  const own = people.ownSeat.value !== null && stage.phase.value.at !== 'beside'
  return (
    <Sheet title={t.title} onClose={() => (dialog.value = null)} clear testId="people-dialog" class="people">
      {people.leads.value && seats.length > 0 && <LayoutPicker />}
      <section class="people__part">
        <h3 class="people__head">{t.onStage}</h3>
        {seats.length === 0 && <p class="people__none">{t.nobody}</p>}
        <ul class="people__list">
          {seats.map((seat) => (
            <Seat key={seat.personId} seat={seat} mayLead={!guests.has(seat.personId)} />
          ))}
        </ul>
        {own && seats.length > 1 && stage.member.value === true && (
          <Button
            look="plain"
            data-testid="leave-stage"
            onClick={() => {
              people.leave()
              dialog.value = null
            }}
          >
            {t.leave}
          </Button>
        )}
      </section>
      {stage.member.value === true && <Invitations invites={invites} />}
    </Sheet>
  )
}

function Seat({ seat, mayLead }: { seat: SeatView; mayLead: boolean }) {
  const { people } = useStudio()
  const t = peopleWords.value
  const { layout, ownId, leads } = people
  const { personId, name, muted } = seat
  const own = personId === ownId.value
  const { kind = 'side', main = null, lead = null, seats = [] } = layout.value ?? {}
  const isMain = (main ?? lead) === personId
  return (
    <li class="people__seat" data-testid="seat" data-person={personId}>
      <p class="people__who">
        <b class="people__name">{name}</b>
        {own && <span class="people__tag">{t.you}</span>}
        {personId === lead && <span class="people__tag">{t.lead}</span>}
        {muted && (
          <span class="people__tag people__tag--bad">
            <Icon name="micOff" size={14} />
            {t.muted}
          </span>
        )}
      </p>
      {leads.value && seats.length > 1 && (
        <p class="people__acts">
          <Button
            size="small"
            look="plain"
            disabled={isMain}
            onClick={() => people.setLayout(kind, personId)}
            aria-label={`${t.makeMain}: ${name}`}
          >
            {isMain ? t.main : t.makeMain}
          </Button>
          {!own && (
            <>
              <Button
                size="small"
                look="plain"
                data-testid="mute-host"
                onClick={() => people.mute(personId, !muted)}
                aria-label={`${muted ? t.unmute : t.mute}: ${name}`}
              >
                {muted ? t.unmute : t.mute}
              </Button>
              {mayLead && (
                <Button
                  size="small"
                  look="plain"
                  data-testid="hand-over"
                  onClick={() => people.handOver(personId)}
                  aria-label={`${t.handOver}: ${name}`}
                >
                  {t.handOver}
                </Button>
              )}
              <Button
                size="small"
                look="danger"
                data-testid="remove-host"
                onClick={() => people.remove(personId)}
                aria-label={`${t.remove}: ${name}`}
              >
                {t.remove}
              </Button>
            </>
          )}
        </p>
      )}
    </li>
  )
}
