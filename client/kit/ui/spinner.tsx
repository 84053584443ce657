import './spinner.css'

/** Something is on its way. Give a `label` where no words beside it say so. */
export function Spinner({ size = 24, label }: { size?: number; label?: string }) {
  return (
    <>
      <svg
        class="spinner"
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        stroke-width="2.5"
        stroke-linecap="round"
        aria-hidden="true"
      >
        <circle cx="12" cy="12" r="9" opacity="0.25" />
        <path d="M21 12a9 9 0 0 0-9-9" />
      </svg>
      {label && <span class="visually-hidden">{label}</span>}
    </>
  )
}
