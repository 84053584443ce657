import { QUALITIES } from '@shelfcast/shared/quality.ts'
import { call } from '../../kit/api.ts'
import { ConsentSwitch } from '../../kit/consent/consent-switch.tsx'
import { errorText } from '../../kit/errors.ts'
import { Button } from '../../kit/ui/button.tsx'
import { LanguageSwitch } from '../../kit/ui/language-switch.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { usePlayer } from '../context.ts'
import './menu-sheet.css'
import { useSheet } from './use-sheet.ts'
import { sheetWords } from './words.ts'

/** What is needed now and then: orders, account, language, flying comments. */
export function MenuSheet() {
  const { state, embed, video } = usePlayer()
  const { close, show } = useSheet()
  const t = sheetWords.value
  const person = state.visit.value?.person
  const signOut = async () => {
    try {
      await call('DELETE /sessions/current')
      embed?.forget()
      location.reload() // tickets, room and orders all belonged to that person
    } catch (error) {
      toast(errorText(error), 'bad') // still signed in, and on a shared phone that matters
    }
  }
  return (
    <Sheet title={t.menu} onClose={close} clear testId="menu-sheet">
      <ul class="menu">
        <li class="menu__row">
          <span class="menu__who">{person && (person.guest ? t.guest(person.name) : person.name)}</span>
          {embed?.asserted.value ? null : person?.guest === false ? (
            <Button look="plain" size="small" icon="signOut" onClick={signOut}>
              {t.signOut}
            </Button>
          ) : (
            <Button
              look="plain"
              size="small"
              icon="user"
              data-testid="sign-in-button"
              onClick={() => show({ kind: 'sign-in', returnTo: null })}
            >
              {t.signIn}
            </Button>
          )}
        </li>
        <li class="menu__row">
          <span>{t.orders}</span>
          <Button
            look="plain"
            size="small"
            icon="receipt"
            data-testid="orders-button"
            onClick={() => show({ kind: 'orders' })}
          >
            {t.orders}
          </Button>
        </li>
        {person?.guest === false && !embed && (
          <li class="menu__row">
            <span>{t.account}</span>
            <a class="button button--plain button--small" href="/me" target="_blank" rel="noopener">
              {t.openAccount}
            </a>
          </li>
        )}
        <li class="menu__row">
          <label for="menu-quality">{t.quality}</label>
          <select
            id="menu-quality"
            class="menu__choice"
            value={video.quality.value}
            data-testid="quality"
            onChange={(event) => {
              const chosen = QUALITIES.find((quality) => quality === event.currentTarget.value)
              if (chosen) video.prefer(chosen)
            }}
          >
            {QUALITIES.map((quality) => (
              <option key={quality} value={quality}>
                {t.qualities[quality]}
              </option>
            ))}
          </select>
        </li>
        <li class="menu__row">
          <label for="menu-danmaku">{t.danmaku}</label>
          <input
            id="menu-danmaku"
            class="menu__switch"
            type="checkbox"
            role="switch"
            checked={state.danmakuOn.value}
            aria-checked={state.danmakuOn.value}
            data-testid="danmaku-switch"
            onChange={(event) => (state.danmakuOn.value = event.currentTarget.checked)}
          />
        </li>
        <li class="menu__row">
          <span>{t.qrCode}</span>
          <Button
            look="plain"
            size="small"
            icon="share"
            data-testid="qr-button"
            onClick={() => show({ kind: 'qr' })}
          >
            {t.showQrCode}
          </Button>
        </li>
        <li class="menu__row">
          <ConsentSwitch id="menu-consent" class="menu__switch" />
        </li>
        <li class="menu__row">
          <span>{t.language}</span>
          <LanguageSwitch />
        </li>
      </ul>
    </Sheet>
  )
}
