import './figure.css'

/** A number with its name. */
export function Figure(props: { label: string; value: string; title?: string; testId?: string }) {
  const { label, value, title, testId } = props
  return (
    <div class="figure" title={title}>
      <dt class="figure__label">{label}</dt>
      <dd class="figure__value numeric" data-testid={testId}>
        {value}
      </dd>
    </div>
  )
}
