import iconUrl from '../../kit/icon.svg'
import { DemoBadge } from '../../kit/ui/demo-badge.tsx'
import './brand.css'

/** The name of the product beside its mark. */
export function Brand({ large }: { large?: boolean }) {
  return (
    <span class={large ? 'brand brand--large' : 'brand'}>
      <img class="brand__mark" src={iconUrl} alt="" />
      <span class="brand__name">Shelfcast</span>
      <DemoBadge />
    </span>
  )
}
