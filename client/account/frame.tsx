import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import iconUrl from '../kit/icon.svg'
import { type Me, signOut } from '../kit/session.ts'
import { IconButton } from '../kit/ui/button.tsx'
import { LanguageSwitch } from '../kit/ui/language-switch.tsx'
import { useAction } from '../kit/use-action.ts'
import { Link, route } from './navigate.tsx'
import { pathOf } from './route.ts'
import { accountWords } from './words.ts'

const SECTIONS = ['orders', 'addresses', 'coins', 'earnings', 'profile', 'data'] as const

/** The bar on top of every page of one's own, and the way between them. */
export function Frame({ me, children }: { me: Me; children: ComponentChildren }) {
  const t = accountWords.value
  const leaving = useAction()
  const main = useRef<HTMLElement>(null)
  const nav = useRef<HTMLElement>(null)
  const { page } = route.value
  const here = page === 'order' ? 'orders' : page
  const path = pathOf(route.value)
  const first = useRef(path)
  useEffect(() => {
    // A link moves on what is read aloud as well; the first page is read from its start.
    if (first.current !== path) main.current?.focus({ preventScroll: true })
    first.current = path
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [path])
  const works = me.memberships.length > 0 // who works for a shop may host
  const section = SECTIONS.find((one) => one === here)
  useEffect(() => {
    document.title = [section && t.sections[section], 'Shelfcast'].filter(Boolean).join(' · ')
  }, [section, t])
  return (
    <>
      <header class="bar">
        <div class="bar__row">
          <Link to={{ page: 'orders' }} class="bar__brand">
            <img src={iconUrl} alt="" width={26} height={26} />
            <span>{t.account}</span>
          </Link>
          <div class="bar__end">
            <LanguageSwitch />
            <span class="bar__person">{me.person.name}</span>
            <IconButton icon="signOut" label={t.signOut} onClick={() => void leaving.run(signOut)} />
          </div>
        </div>
        <nav ref={nav} class="bar__sections" aria-label={t.account}>
          {SECTIONS.filter((one) => one !== 'earnings' || works || here === one).map((one) => (
            <Link key={one} to={{ page: one }} class="bar__section" current={here === one}>
              {t.sections[one]}
            </Link>
          ))}
        </nav>
      </header>
      <main ref={main} tabIndex={-1} class="page">
        {children}
      </main>
    </>
  )
}
