import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { Button } from '../../kit/ui/button.tsx'
import { Empty } from '../../kit/ui/empty.tsx'
import { Spinner } from '../../kit/ui/spinner.tsx'
import { studioWords } from '../words.ts'

export interface LiveProps {
  tenantId: string
  showId: string
}

type Loaded = { is: 'loading' } | { is: 'here'; View: ComponentType<LiveProps> } | { is: 'failed' }
const loaded = signal<Loaded>({ is: 'loading' })

function load(): void {
  loaded.value = { is: 'loading' }
  import('./live.tsx').then(
    (module) => {
      loaded.value = { is: 'here', View: module.LiveView }
    },
    () => {
      loaded.value = { is: 'failed' }
    },
  )
}

/** The live page, whose media code the list of shows does not need. */
export function Live(props: LiveProps) {
  useEffect(load, [])
  const t = studioWords.value
  if (loaded.value.is === 'here') return <loaded.value.View {...props} />
  return (
    <main class="studio-blank">
      {loaded.value.is === 'loading' ? (
        <Spinner size={32} label={t.loading} />
      ) : (
        <Empty icon="wifiOff" title={t.faces.other.title}>
          <Button onClick={() => location.reload()}>{t.tryAgain}</Button>
        </Empty>
      )}
    </main>
  )
}
