import type { ComponentChildren } from 'preact'
import { call } from '../../kit/api.ts'
import { ConsentSwitch } from '../../kit/consent/consent-switch.tsx'
import { errorText } from '../../kit/errors.ts'
import { Button } from '../../kit/ui/button.tsx'
import { LanguageSwitch } from '../../kit/ui/language-switch.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import { usePlayer } from '../context.ts'
import { AMOUNTS, amount, OPACITY, opacity } from '../effects/danmaku-choice.ts'
import { shortcutsOn } from '../effects/shortcuts.ts'
import { qualitiesOf } from '../quality.ts'
import './menu-sheet.css'
import { useSheet } from './use-sheet.ts'
import { sheetWords } from './words.ts'

/** What is needed now and then: orders, account, language, flying comments. */
export function MenuSheet() {
  const { state, embed } = usePlayer()
  const { close, show } = useSheet()
  const t = sheetWords.value
  const person = state.visit.value?.person
  return (
    <Sheet title={t.menu} onClose={close} clear testId="menu-sheet">
      <ul class="menu">
        <Account />
        <Row label={t.orders}>
          <Button
            look="plain"
            size="small"
            icon="receipt"
            data-testid="orders-button"
            onClick={() => show({ kind: 'orders' })}
          >
            {t.orders}
          </Button>
        </Row>
        {person?.guest === false && !embed && (
          <Row label={t.account}>
            <a class="button button--plain button--small" href="/me" target="_blank" rel="noopener">
              {t.openAccount}
            </a>
          </Row>
        )}
        <Quality />
        <Compatible />
        <FlyingComments />
        {matchMedia('(any-hover: hover)').matches && <Shortcuts />}
        <Row label={t.qrCode}>
          <Button
            look="plain"
            size="small"
            icon="share"
            data-testid="qr-button"
            onClick={() => show({ kind: 'qr' })}
          >
            {t.showQrCode}
          </Button>
        </Row>
        <li class="menu__row">
          <ConsentSwitch id="menu-consent" class="menu__switch" />
        </li>
        <Row label={t.language}>
          <LanguageSwitch />
        </Row>
      </ul>
    </Sheet>
  )
}

/** @param forId the control that the label is of, where it has no words of its own */
function Row(props: {
  label: ComponentChildren
  forId?: string
  class?: string
  children: ComponentChildren
}) {
  const { label, forId, class: className, children } = props
  return (
    <li class="menu__row">
      {forId ? <label for={forId}>{label}</label> : <span class={className}>{label}</span>}
      {children}
    </li>
  )
}

function Account() {
  const { state, embed } = usePlayer()
  const { show } = useSheet()
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
    <Row label={person && (person.guest ? t.guest(person.name) : person.name)} class="menu__who">
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
    </Row>
  )
}

function Quality() {
  const { video, state } = usePlayer()
  const t = sheetWords.value
  if (video.substitute?.on.value) return null // it has one
  const qualities = qualitiesOf(video.session.value?.layers ?? 1)
  const chosen = video.quality.value
  return (
    <Row label={t.quality} forId="menu-quality">
      <Choice
        id="menu-quality"
        testId="quality"
        of={qualities}
        words={t.qualities}
        value={qualities.includes(chosen) ? chosen : 'auto'}
        onChoose={(quality) => {
          video.prefer(quality)
          if (quality === 'sound') state.soundOn.value = true
        }}
      />
    </Row>
  )
}

/** For who knows that WebRTC plays badly here. */
function Compatible() {
  const { substitute } = usePlayer().video
  if (!substitute) return null
  return (
    <Switch
      testId="compatible"
      label={sheetWords.value.compatible}
      on={substitute.chosen.value}
      onSwitch={(on) => substitute.choose(on)}
    />
  )
}

function FlyingComments() {
  const t = sheetWords.value
  return (
    <>
      <Row label={t.danmaku} forId="menu-danmaku">
        <Choice
          id="menu-danmaku"
          testId="danmaku-amount"
          of={AMOUNTS}
          words={t.danmakuAmounts}
          value={amount.value}
          onChoose={(chosen) => (amount.value = chosen)}
        />
      </Row>
      {amount.value !== 'off' && (
        <Row label={t.danmakuOpacity} forId="menu-opacity">
          <input
            id="menu-opacity"
            class="menu__range"
            type="range"
            {...OPACITY}
            value={opacity.value}
            aria-valuetext={`${opacity.value}%`}
            data-testid="danmaku-opacity"
            onInput={(event) => (opacity.value = event.currentTarget.valueAsNumber)}
          />
        </Row>
      )}
    </>
  )
}

/** For who has a keyboard: which keys there are, and a way to turn them off. */
function Shortcuts() {
  return (
    <Switch
      testId="shortcuts"
      label={sheetWords.value.shortcuts}
      on={shortcutsOn.value}
      onSwitch={(on) => (shortcutsOn.value = on)}
    />
  )
}

function Switch(props: { testId: string; label: string; on: boolean; onSwitch(on: boolean): void }) {
  const { testId, label, on, onSwitch } = props
  const id = `menu-${testId}`
  return (
    <Row label={label} forId={id}>
      <input
        id={id}
        class="menu__switch"
        type="checkbox"
        role="switch"
        checked={on}
        aria-checked={on}
        data-testid={testId}
        onChange={(event) => onSwitch(event.currentTarget.checked)}
      />
    </Row>
  )
}

function Choice<T extends string>(props: {
  id: string
  testId: string
  of: readonly T[]
  words: Readonly<Record<T, string>>
  value: T
  onChoose(value: T): void
}) {
  return (
    <select
      id={props.id}
      class="menu__choice"
      value={props.value}
      data-testid={props.testId}
      onChange={(event) => {
        const chosen = props.of.find((one) => one === event.currentTarget.value)
        if (chosen) props.onChoose(chosen)
      }}
    >
      {props.of.map((one) => (
        <option key={one} value={one}>
          {props.words[one]}
        </option>
      ))}
    </select>
  )
}
