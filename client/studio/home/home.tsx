import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { errorText } from '../../kit/errors.ts'
import { type Me, signOut } from '../../kit/session.ts'
import { Button, IconButton } from '../../kit/ui/button.tsx'
import { Empty } from '../../kit/ui/empty.tsx'
import { LanguageSwitch } from '../../kit/ui/language-switch.tsx'
import { Spinner } from '../../kit/ui/spinner.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { studioWords } from '../words.ts'
import { Brand } from './brand.tsx'
import { Encoder } from './encoder.tsx'
import './home.css'
import { NewShow } from './new-show.tsx'
import { ShowCard } from './show-card.tsx'
import { loadShows, type TenantShows } from './shows.ts'

type Shows = { is: 'loading' } | { is: 'here'; tenants: TenantShows[] } | { is: 'failed'; error: unknown }

/** The shows that the signed-in person hosts. */
export function Home({ me }: { me: Me }) {
  const t = studioWords.value
  const shows = useSignal<Shows>({ is: 'loading' })
  const load = () => {
    shows.value = { is: 'loading' }
    loadShows(me).then(
      (tenants) => (shows.value = { is: 'here', tenants }),
      (error: unknown) => (shows.value = { is: 'failed', error }),
    )
  }
  const leave = () => {
    signOut().catch((error: unknown) => toast(errorText(error), 'bad'))
  }
  useEffect(load, [me])
  return (
    <div class="home">
      <header class="home__bar">
        <Brand />
        <div class="home__tools">
          <LanguageSwitch />
          <span class="home__person">{me.person.name}</span>
          <IconButton icon="signOut" label={t.signOut} onClick={leave} />
        </div>
      </header>
      <main class="home__main">
        <h1>{t.shows}</h1>
        <ShowsView shows={shows.value} onRetry={load} />
      </main>
    </div>
  )
}

function ShowsView({ shows, onRetry }: { shows: Shows; onRetry: () => void }) {
  const t = studioWords.value
  switch (shows.is) {
    case 'loading':
      return (
        <div class="home__wait">
          <Spinner size={32} label={t.loading} />
        </div>
      )
    case 'failed':
      return (
        <Empty icon="wifiOff" title={t.showsFailed} text={errorText(shows.error)}>
          <Button onClick={onRetry}>{t.tryAgain}</Button>
        </Empty>
      )
    case 'here':
      if (shows.tenants.length === 0)
        return <Empty icon="camera" title={t.showsEmpty} text={t.showsEmptyText} />
      return (
        <>
          {shows.tenants.map((one) => (
            <TenantSection key={one.tenant.id} shows={one} />
          ))}
        </>
      )
  }
}

function TenantSection({ shows: { tenant, mayCreate, open, ended } }: { shows: TenantShows }) {
  const t = studioWords.value
  return (
    <section class="home__tenant" aria-labelledby={`tenant-${tenant.id}`}>
      <div class="home__tenant-head">
        <h2 id={`tenant-${tenant.id}`} class="home__tenant-name">
          {tenant.name}
        </h2>
        <div class="home__tenant-tools">
          <Encoder tenantId={tenant.id} />
          {mayCreate && <NewShow tenantId={tenant.id} />}
        </div>
      </div>
      {open.length === 0 && <Empty icon="camera" title={t.showsEmpty} text={t.showsEmptyText} />}
      <ul class="home__list">
        {open.map((show) => (
          <ShowCard key={show.id} show={show} />
        ))}
      </ul>
      {ended.length > 0 && <h3 class="home__earlier">{t.showsEarlier}</h3>}
      <ul class="home__list">
        {ended.map((show) => (
          <ShowCard key={show.id} show={show} />
        ))}
      </ul>
    </section>
  )
}
