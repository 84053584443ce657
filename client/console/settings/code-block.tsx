import { Button } from '../../kit/ui/button.tsx'
import { toast } from '../../kit/ui/toast.tsx'
import './code-block.css'
import { settingsWords } from './words.ts'

interface Props {
  label: string
  code: string
  testId: string
}

/** Text to take along, with a button that copies it. */
export function CodeBlock({ label, code, testId }: Props) {
  const t = settingsWords.value
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code)
      toast(t.copied)
    } catch {
      toast(t.copyByHand, 'bad') // plain http has no clipboard
    }
  }
  return (
    <figure class="code-block">
      <figcaption class="code-block__head">
        <span>{label}</span>
        <Button look="plain" size="small" onClick={() => void copy()} aria-label={t.copyLabel(label)}>
          {t.copy}
        </Button>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre class="code-block__code" tabIndex={0} data-testid={testId}>
        <code>{code}</code>
      </pre>
    </figure>
  )
}
