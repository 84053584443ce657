import { CopyButton } from '../../kit/ui/copy-button.tsx'
import './code-block.css'

interface Props {
  label: string
  code: string
  testId: string
}

/** Text to take along, with a button that copies it. */
export function CodeBlock({ label, code, testId }: Props) {
  return (
    <figure class="code-block">
      <figcaption class="code-block__head">
        <span>{label}</span>
        <CopyButton text={code} of={label} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre class="code-block__code" tabIndex={0} data-testid={testId}>
        <code>{code}</code>
      </pre>
    </figure>
  )
}
