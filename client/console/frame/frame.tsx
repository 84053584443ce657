import type { ComponentChildren } from 'preact'
import { IconButton } from '../../kit/ui/button.tsx'
import { LanguageSwitch } from '../../kit/ui/language-switch.tsx'
import { PAGE_SCOPES, type Place } from '../access.ts'
import { navigate } from '../navigate.ts'
import { type Me, signOut } from '../session.ts'
import type { Shop } from '../shop.ts'
import { Link } from '../ui/link.tsx'
import { useAction } from '../use-action.ts'
import { consoleWords } from '../words.ts'
import { Brand } from './brand.tsx'
import './frame.css'

interface FrameProps {
  me: Me
  shop: Shop | null
  place?: Place
  children: ComponentChildren
}

const SECTIONS = ['shows', 'products', 'orders', 'members'] as const

/** The bar on top of every page: which merchant, which part, and who is signed in. */
export function Frame({ me, shop, place, children }: FrameProps) {
  const t = consoleWords.value
  const leaving = useAction()
  return (
    <div class="frame">
      <header class="frame__bar">
        <Link to={{ page: 'home' }} class="frame__brand" label={`Shelfcast ${t.console}`}>
          <Brand />
        </Link>
        {shop && me.memberships.length > 1 && (
          <select
            class="input frame__tenant"
            aria-label={t.tenant}
            value={shop.tenantId}
            onChange={(event) => navigate({ page: 'shows', tenantId: event.currentTarget.value })}
          >
            {me.memberships.map(({ tenant }) => (
              <option key={tenant.id} value={tenant.id}>
                {tenant.name}
              </option>
            ))}
          </select>
        )}
        {shop && me.memberships.length === 1 && <span class="frame__name">{shop.name}</span>}
        {shop && <Sections shop={shop} place={place} />}
        <div class="frame__end">
          <LanguageSwitch />
          <span class="frame__person" title={shop ? t.roles[shop.role] : undefined}>
            {me.person.name}
          </span>
          <IconButton icon="signOut" label={t.signOut} onClick={() => void leaving.run(signOut)} />
        </div>
      </header>
      <main class={place?.page === 'desk' ? 'frame__main frame__main--desk' : 'frame__main'}>{children}</main>
    </div>
  )
}

function Sections({ shop, place }: { shop: Shop; place: Place | undefined }) {
  const t = consoleWords.value
  const here = place?.page === 'desk' ? 'shows' : place?.page
  return (
    <nav class="frame__sections" aria-label={t.mainMenu}>
      {SECTIONS.filter((section) => shop.may(PAGE_SCOPES[section])).map((section) => (
        <Link
          key={section}
          class="frame__section"
          current={here === section}
          to={
            section === 'orders'
              ? { page: 'orders', tenantId: shop.tenantId, orderId: null }
              : { page: section, tenantId: shop.tenantId }
          }
        >
          {t[section]}
        </Link>
      ))}
    </nav>
  )
}
