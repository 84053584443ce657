import { GIFTS, type GiftId } from '@shelfcast/shared/money.ts'
import { payWords } from '../../kit/ui/pay-words.ts'
import { sheetWords } from './words.ts'

/** The gifts as radio buttons. */
export function GiftGrid({ chosen, onChoose }: { chosen: GiftId; onChoose: (gift: GiftId) => void }) {
  const t = sheetWords.value
  return (
    <fieldset class="tips__gifts">
      <legend class="visually-hidden">{t.gifts}</legend>
      {GIFTS.map((one) => (
        <label key={one.id} class="gift" data-testid={`gift-${one.id}`}>
          <input
            class="visually-hidden"
            type="radio"
            name="gift"
            checked={one.id === chosen}
            onChange={() => onChoose(one.id)}
          />
          <span class="gift__emoji" aria-hidden="true">
            {one.emoji}
          </span>
          <span class="gift__name">{payWords.value.gifts[one.id]}</span>
          <span class="gift__coins numeric">{payWords.value.coins(one.coins)}</span>
        </label>
      ))}
    </fieldset>
  )
}
