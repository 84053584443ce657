import type { ComponentChildren } from 'preact'
import { Button } from '../kit/ui/button.tsx'
import { Empty } from '../kit/ui/empty.tsx'
import type { IconName } from '../kit/ui/icons.tsx'
import { embedWords } from './words.ts'

interface Props {
  icon: IconName
  title: string
  text: string
  children?: ComponentChildren
}

/** All that there is to say, and the way out. */
export function Message({ icon, title, text, children }: Props) {
  return (
    <Empty icon={icon} title={title} text={text}>
      {children}
      <Button look="plain" onClick={() => window.close()}>
        {embedWords.value.close}
      </Button>
    </Empty>
  )
}

/** The player is not there to hear it. */
export function Lost({ showId }: { showId: string }) {
  const t = embedWords.value
  return (
    <Message icon="alert" title={t.lost} text={t.lostText}>
      <a class="button button--primary" href={`/s/${encodeURIComponent(showId)}`}>
        {t.openShow}
      </a>
    </Message>
  )
}
