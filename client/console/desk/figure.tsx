import './figure.css'

/** A number with its name. */
export function Figure({ label, value, testId }: { label: string; value: string; testId?: string }) {
  return (
    <div class="figure">
      <dt class="figure__label">{label}</dt>
      <dd class="figure__value numeric" data-testid={testId}>
        {value}
      </dd>
    </div>
  )
}
