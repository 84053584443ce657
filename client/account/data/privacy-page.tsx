import { useEffect } from 'preact/hooks'
import iconUrl from '../../kit/icon.svg'
import { LanguageSwitch } from '../../kit/ui/language-switch.tsx'
import { Link } from '../navigate.tsx'
import { accountWords } from '../words.ts'
import { privacyText } from './privacy-words.ts'

/** `/privacy`: what this server keeps, why, for how long, and what people can do about it. */
export function PrivacyPage() {
  const t = accountWords.value.privacy
  useEffect(() => {
    document.title = `${t.title} · Shelfcast`
  }, [t])
  return (
    <>
      <header class="bar">
        <div class="bar__row">
          <a href="/me" class="bar__brand">
            <img src={iconUrl} alt="" width={26} height={26} />
            <span>Shelfcast</span>
          </a>
          <div class="bar__end">
            <LanguageSwitch />
          </div>
        </div>
      </header>
      <main class="page">
        <h1>{t.title}</h1>
        <p class="soft">{t.intro}</p>
        {privacyText.value.map(({ title, points }) => (
          <section key={title} class="box">
            <h2>{title}</h2>
            <ul class="points">
              {points.map((point) => (
                <li key={point}>{point}</li>
              ))}
            </ul>
          </section>
        ))}
        <p>
          <Link to={{ page: 'data' }}>{t.toData}</Link>
        </p>
      </main>
    </>
  )
}
