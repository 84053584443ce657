import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { type Me, signOut } from '../../kit/session.ts'
import { IconButton } from '../../kit/ui/button.tsx'
import { LanguageSwitch } from '../../kit/ui/language-switch.tsx'
import { useAction } from '../../kit/use-action.ts'
import { PAGE_SCOPES, type Place } from '../access.ts'
import { navigate, route } from '../navigate.ts'
import { operatorWords } from '../operator/words.ts'
import { pathOf } from '../route.ts'
import type { Shop } from '../shop.ts'
import { Link } from '../ui/link.tsx'
import { consoleWords } from '../words.ts'
import { Brand } from './brand.tsx'
import './frame.css'

interface FrameProps {
  me: Me
  shop: Shop | null
  place?: Place
  children: ComponentChildren
}

const SECTIONS = ['shows', 'products', 'campaigns', 'orders', 'payouts', 'members', 'settings'] as const

/** The bar on top of every page: which merchant, which part, and who is signed in. */
export function Frame({ me, shop, place, children }: FrameProps) {
  const t = consoleWords.value
  const leaving = useAction()
  const main = useRef<HTMLElement>(null)
  const path = route.value.page === 'home' ? '' : pathOf(route.value)
  const first = useRef(path)
  useEffect(() => {
    // A link to another place moves on what is read aloud as well; the first page is read from its start.
    if (first.current !== path) main.current?.focus({ preventScroll: true })
    first.current = path
  }, [path])
  const name = place && t[menuOf(place)]
  useEffect(() => {
    document.title = [name, shop?.name, `Shelfcast ${t.console}`].filter(Boolean).join(' · ')
  }, [name, shop?.name, t])
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
          {me.person.operator && (
            <Link to={{ page: 'operator' }} class="frame__operator" current={route.value.page === 'operator'}>
              {operatorWords.value.operator}
            </Link>
          )}
          <LanguageSwitch />
          <span class="frame__person" title={shop ? t.roles[shop.role] : undefined}>
            {me.person.name}
          </span>
          <IconButton icon="signOut" label={t.signOut} onClick={() => void leaving.run(signOut)} />
        </div>
      </header>
      <main
        ref={main}
        tabIndex={-1}
        class={place?.page === 'desk' ? 'frame__main frame__main--desk' : 'frame__main'}
      >
        {!shop && <h1 class="visually-hidden">Shelfcast {t.console}</h1>}
        {children}
      </main>
    </div>
  )
}

function Sections({ shop, place }: { shop: Shop; place: Place | undefined }) {
  const t = consoleWords.value
  const here = place && menuOf(place)
  const nav = useRef<HTMLElement>(null)
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [here])
  return (
    <nav ref={nav} class="frame__sections" aria-label={t.mainMenu}>
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

/** The entry of the menu that a place belongs to: a show's pages are under the shows. */
const menuOf = ({ page }: Place) => (page === 'desk' || page === 'figures' ? 'shows' : page)
