import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import iconUrl from '../../kit/icon.svg'
import { LanguageSwitch } from '../../kit/ui/language-switch.tsx'

/** A page with one thing to do, for who is not signed in. */
export function Door(props: { title: string; text?: string; children: ComponentChildren }) {
  useEffect(() => {
    document.title = `${props.title} · Shelfcast`
  }, [props.title])
  return (
    <main class="middle">
      <div class="door">
        <div class="door__head">
          <a class="bar__brand" href="/me">
            <img src={iconUrl} alt="" width={32} height={32} />
            <span>Shelfcast</span>
          </a>
          <LanguageSwitch />
        </div>
        <section class="box box--roomy">
          <div>
            <h1>{props.title}</h1>
            {props.text && <p class="soft">{props.text}</p>}
          </div>
          {props.children}
        </section>
      </div>
    </main>
  )
}
