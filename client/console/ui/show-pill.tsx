import type { ShowStatus } from '@shelfcast/shared/protocol/parts.ts'
import { consoleWords } from '../words.ts'
import { Pill, type Tone } from './pill.tsx'

const TONES: Record<ShowStatus, Tone> = { scheduled: 'plain', live: 'hot', paused: 'wait', ended: 'plain' }

export function ShowPill({ status }: { status: ShowStatus }) {
  return <Pill tone={TONES[status]}>{consoleWords.value.showStatus[status]}</Pill>
}
