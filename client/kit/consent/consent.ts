import { type ReadonlySignal, signal } from '@preact/signals'
import { call } from '../api.ts'
import { createKeeper } from '../keep.ts'

/**
 * Whether what a viewer does in shows may be kept. `loading`: not known yet · `unasked`: nobody said, so nothing is
 * kept · `private`: the browser asks not to be tracked (Global Privacy Control), which counts as no without asking.
 */
export type Consent = 'loading' | 'unasked' | 'private' | 'yes' | 'no'

const kept = createKeeper('shelfcast.consent', () => localStorage)
const current = signal<Consent>('loading')
export const consent: ReadonlySignal<Consent> = current

/** The word of this person, else of this device, which is then theirs. Nobody signed in: the device's. */
export async function loadConsent(): Promise<void> {
  const here = kept.read()
  const onDevice = here === 'yes' || here === 'no' ? here : null
  try {
    const { facts } = await call('GET /consent')
    if (facts !== null) current.value = word(facts)
    else if (onDevice !== null) await decide(onDevice === 'yes')
    else current.value = wantsPrivacy() ? 'private' : 'unasked'
  } catch {
    // Not entered yet, or no answer: what is not known for sure is not a yes.
    current.value = onDevice === 'no' || wantsPrivacy() ? 'private' : 'unasked'
  }
}

/** Says it for this person and this device. @throws when the server could not be told; then nothing has changed */
export async function decide(facts: boolean): Promise<void> {
  await call('PUT /consent', { body: { facts } })
  current.value = word(facts)
  kept.write(word(facts))
}

const word = (facts: boolean) => (facts ? 'yes' : 'no')

/** https://www.w3.org/TR/gpc/ */
const wantsPrivacy = (): boolean =>
  'globalPrivacyControl' in navigator && navigator.globalPrivacyControl === true
