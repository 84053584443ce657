import type { ShowEvent } from '@shelfcast/shared/api/show-record.ts'
import { isOfClass, parseDown, type StateEvent } from '@shelfcast/shared/protocol/down.ts'
import type { BattleView } from '@shelfcast/shared/protocol/parts.ts'
import { money } from '../../kit/format.ts'
import { recordWords } from './words.ts'

type Currency = Parameters<typeof money>[1]

/** What happened, in words; an event of another version of the protocol is told by its kind alone. */
export function eventText({ type, event }: Pick<ShowEvent, 'type' | 'event'>, currency: Currency): string {
  const parsed = parseDown(event)
  const t = recordWords.value
  return parsed && isOfClass(parsed, 'state') ? textOf(parsed, currency) : t.types[type]
}

function textOf(event: StateEvent, currency: Currency): string {
  const t = recordWords.value
  switch (event.t) {
    case 'show':
      return t.show[event.show.status](event.show.title)
    case 'shelf':
      return t.shelf(event.items.length)
    case 'pinned':
      return event.itemId === null ? t.unpinned : t.pinned
    case 'sale':
      return t.sale[event.sale.status](event.sale.title, money(event.sale.priceMinor, currency))
    case 'deleted':
      return t.deleted(event.lineIds.length)
    case 'pinned_line':
      return event.line === null ? t.lineUnpinned : t.linePinned(event.line.text)
    case 'layout':
      return t.layout(event.layout.seats.length)
    case 'battle':
      return battleText(event.battle)
  }
}

function battleText({ status, rival, result }: BattleView): string {
  const t = recordWords.value.battle
  if (status === 'over') return t.over
  return result ? t[result.outcome](rival.title, result.own, result.rival) : t.running(rival.title)
}
