import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { type Answer, call } from '../../kit/api.ts'
import { shortCount } from '../../kit/format.ts'
import { useDesk } from './context.ts'
import { Figure } from './figure.tsx'
import { deskWords } from './words.ts'

type Drops = Answer<'GET /tenants/:tenantId/shows/:showId/drops'>['items']

const EVERY_MS = 15_000

/** What the room did not deliver, and whose connection could not keep up, once there is any; why is told on asking. */
export function NotShown() {
  const desk = useDesk()
  const t = deskWords.value
  const drops = useSignal<Drops>([])
  useEffect(() => {
    const params = { tenantId: desk.tenantId, showId: desk.show.id }
    const load = () =>
      call('GET /tenants/:tenantId/shows/:showId/drops', { params }).then(
        // A gift that came twice is shown once: nobody misses the second.
        ({ items }) => {
          drops.value = items.filter(({ reason }) => reason !== 'duplicate')
        },
        () => {}, // the next time brings it
      )
    void load()
    const timer = setInterval(() => void load(), EVERY_MS)
    return () => clearInterval(timer)
  }, [desk, drops])
  const isViewer = (one: Drops[number]) => one.class === 'viewer'
  return (
    <>
      <Sum
        label={t.notShown}
        of={drops.value.filter((one) => !isViewer(one))}
        words={t.dropReasons}
        testId="not-shown"
      />
      <Sum
        label={t.fellBehind}
        of={drops.value.filter(isViewer)}
        words={t.behindReasons}
        testId="fell-behind"
      />
    </>
  )
}

function Sum({
  label,
  of,
  words,
  testId,
}: {
  label: string
  of: Drops
  words: Record<string, string>
  testId: string
}) {
  if (of.length === 0) return null
  const events = of.reduce((sum, one) => sum + one.events, 0)
  const why = of.map((one) => `${words[one.reason] ?? one.reason}: ${one.events}`)
  return <Figure label={label} value={shortCount(events)} title={why.join('\n')} testId={testId} />
}
