import { useEffect } from 'preact/hooks'
import { consent, loadConsent } from '../../kit/consent/consent.ts'
import { ConsentBar } from '../../kit/consent/consent-bar.tsx'
import { usePlayer } from '../context.ts'
import { startReporter } from './reporter.ts'

/** Asks whether this viewer may be counted, and counts them if so. Fetched after the first frame. */
export default function Facts() {
  const player = usePlayer()
  const personId = player.state.visit.value?.person.id
  const agreed = consent.value === 'yes'
  useEffect(() => {
    if (personId !== undefined) void loadConsent()
  }, [personId])
  useEffect(() => (agreed ? startReporter(player) : undefined), [agreed, player])
  return <ConsentBar />
}
