import type { StageLayout } from '@shelfcast/shared/protocol/parts.ts'
import type { ComponentChildren } from 'preact'
import { useStudio } from '../live/context.ts'
import { peopleWords } from './words.ts'

const KINDS = ['solo', 'side', 'pip', 'screen'] as const satisfies readonly StageLayout['kind'][]

/** What a layout looks like, as an upright player shows it. */
const DRAWN: Record<StageLayout['kind'], ComponentChildren> = {
  solo: <rect x="2" y="2" width="20" height="32" rx="3" />,
  side: (
    <>
      <rect x="2" y="6" width="9.5" height="17" rx="2" />
      <rect x="12.5" y="6" width="9.5" height="17" rx="2" />
    </>
  ),
  pip: (
    <>
      <rect x="2" y="2" width="20" height="32" rx="3" />
      <rect class="layout-picker__small" x="13" y="5" width="7" height="9" rx="1.5" />
    </>
  ),
  screen: (
    <>
      <rect x="2" y="4" width="20" height="12" rx="2" />
      <rect x="2" y="18" width="20" height="16" rx="2" />
    </>
  ),
}

/** Chooses how the pictures stand, for everyone at once. */
export function LayoutPicker() {
  const { people } = useStudio()
  const t = peopleWords.value
  const layout = people.layout.value
  if (!layout) return null
  const shared = layout.seats.some(({ screen }) => screen !== null)
  return (
    <section class="people__part">
      <h3 class="people__head">{t.layout}</h3>
      <fieldset class="layout-picker" aria-label={t.layout}>
        {KINDS.map((kind) => (
          <button
            key={kind}
            type="button"
            class="layout-picker__one"
            aria-pressed={layout.kind === kind}
            disabled={kind === 'screen' && !shared}
            title={kind === 'screen' && !shared ? t.screenHint : undefined}
            data-testid={`layout-${kind}`}
            onClick={() => people.setLayout(kind, layout.main)}
          >
            <svg viewBox="0 0 24 36" width="24" height="36" aria-hidden="true">
              {DRAWN[kind]}
            </svg>
            {t.kinds[kind]}
          </button>
        ))}
      </fieldset>
    </section>
  )
}
