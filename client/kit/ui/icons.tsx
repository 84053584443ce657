import type { ComponentChildren } from 'preact'
import type { moreIcons } from './more-icons.tsx'

/** Line icons on a 24 grid, drawn for this project, in the colour of the text around them: those of the first frame. */
const firstIcons = {
  chevron: <path d="M9 5l7 7-7 7" />,
  check: <path d="M5 12.5l4.5 4.5L19 7.5" />,
  bag: <path d="M5 8.5h14l-1 11.5H6L5 8.5zM8.5 8.5V7a3.5 3.5 0 0 1 7 0v1.5" />,
  heart: (
    <path d="M12 20s-7.5-4.6-7.5-10.2A4.2 4.2 0 0 1 12 7.3a4.2 4.2 0 0 1 7.5 2.5C19.5 15.4 12 20 12 20z" />
  ),
  gift: (
    <path d="M4 11.5h16V20H4zM3 8h18v3.5H3zM12 8v12M12 8S11 4 8.7 4a2 2 0 0 0 0 4H12zm0 0s1-4 3.3-4a2 2 0 0 1 0 4H12z" />
  ),
  share: <path d="M12 15V4M8 7.5L12 3.5l4 4M5 12.5V20h14v-7.5" />,
  send: <path d="M4 12l16-7.5-5.5 16L11.5 13 4 12zm7.5 1L20 4.5" />,
  eye: (
    <>
      <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z" />
      <circle cx="12" cy="12" r="2.8" />
    </>
  ),
  clock: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 7.5V12l3 2" />
    </>
  ),
  bolt: <path d="M13 3L5 13.5h6L10.5 21 19 10.2h-6.2L13 3z" />,
  pin: <path d="M9 4h6l-1 6 3.5 3.5h-11L10 10 9 4zM12 13.5V20" />,
  speaker: (
    <path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5H4zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a7.8 7.8 0 0 1 0 11" />
  ),
  speakerOff: <path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5H4zM16 9.5l5 5M21 9.5l-5 5" />,
  alert: <path d="M12 4L2.8 20h18.4L12 4zM12 10v4.5M12 17.2v.1" />,
  wifiOff: (
    <path d="M3 3l18 18M5 12.5a10 10 0 0 1 4.5-2.6M2 9a15 15 0 0 1 5-3.2M14 9.8a10 10 0 0 1 5 2.7M11 5.1A15 15 0 0 1 22 9M8.5 16a5 5 0 0 1 7 0M12 19.5v.1" />
  ),
  cameraOff: <path d="M7 7h8v6.5M15 17H3V7M15 11l6-3.5v9L17.5 14.5M3 3l18 18" />,
  search: (
    <>
      <circle cx="10.5" cy="10.5" r="6.5" />
      <path d="M15.5 15.5L21 21" />
    </>
  ),
  more: (
    <g fill="currentColor">
      <circle cx="5.5" cy="12" r="0.9" />
      <circle cx="12" cy="12" r="0.9" />
      <circle cx="18.5" cy="12" r="0.9" />
    </g>
  ),
} satisfies Record<string, ComponentChildren>

export type IconName = keyof typeof firstIcons | keyof typeof moreIcons

const paths: Partial<Record<IconName, ComponentChildren>> = { ...firstIcons }

/** Makes more icons known; whoever draws one of those imports their module. */
export function addIcons(more: Partial<Record<IconName, ComponentChildren>>): void {
  Object.assign(paths, more)
}

/** An icon; decoration only, so the control around it carries the label. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {paths[name]}
    </svg>
  )
}
