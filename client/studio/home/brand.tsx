import mark from '../../kit/icon.svg'
import { DemoBadge } from '../../kit/ui/demo-badge.tsx'
import { studioWords } from '../words.ts'
import './brand.css'

/** Whose page this is. */
export function Brand() {
  return (
    <a class="brand" href="/studio">
      <img src={mark} alt="" width={28} height={28} />
      <span>
        Shelfcast <span class="brand__part">{studioWords.value.studio}</span>
      </span>
      <DemoBadge />
    </a>
  )
}
