import type { ComponentChildren } from 'preact'

/** Line icons on a 24 grid, drawn for this project, in the colour of the text around them. */
const paths = {
  close: <path d="M6 6l12 12M18 6L6 18" />,
  back: <path d="M15 5l-7 7 7 7" />,
  chevron: <path d="M9 5l7 7-7 7" />,
  plus: <path d="M12 5v14M5 12h14" />,
  minus: <path d="M5 12h14" />,
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
  danmaku: <path d="M4 5.5h16v11h-9L7 20v-3.5H4zM7.5 9.5h6M9.5 12.7h7" />,
  danmakuOff: <path d="M8 5.5h12v11h-1.5M15 16.5h-4L7 20v-3.5H4v-11M3 3l18 18" />,
  receipt: <path d="M6 3.5h12V21l-3-2-3 2-3-2-3 2V3.5zM9 8h6M9 12h6" />,
  user: (
    <>
      <circle cx="12" cy="8.5" r="3.7" />
      <path d="M4.5 20c1-4 4-5.8 7.5-5.8s6.5 1.8 7.5 5.8" />
    </>
  ),
  globe: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M3.5 12h17M12 3.5c5 5.5 5 11.5 0 17M12 3.5c-5 5.5-5 11.5 0 17" />
    </>
  ),
  coin: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 7.5l3 4.5-3 4.5L9 12z" />
    </>
  ),
  expand: <path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5" />,
  alert: <path d="M12 4L2.8 20h18.4L12 4zM12 10v4.5M12 17.2v.1" />,
  wifiOff: (
    <path d="M3 3l18 18M5 12.5a10 10 0 0 1 4.5-2.6M2 9a15 15 0 0 1 5-3.2M14 9.8a10 10 0 0 1 5 2.7M11 5.1A15 15 0 0 1 22 9M8.5 16a5 5 0 0 1 7 0M12 19.5v.1" />
  ),
  camera: <path d="M3 7h12v10H3zM15 11l6-3.5v9L15 13z" />,
  cameraOff: <path d="M7 7h8v6.5M15 17H3V7M15 11l6-3.5v9L17.5 14.5M3 3l18 18" />,
  mic: (
    <path d="M12 3.5a2.7 2.7 0 0 1 2.7 2.7v5a2.7 2.7 0 0 1-5.4 0v-5A2.7 2.7 0 0 1 12 3.5zM6 11a6 6 0 0 0 12 0M12 17v3.5" />
  ),
  micOff: (
    <path d="M9.3 9.3V11a2.7 2.7 0 0 0 4.2 2.2M14.7 10V6.2a2.7 2.7 0 0 0-5.3-.7M6 11a6 6 0 0 0 9 5.2M18 11a6 6 0 0 1-.8 3M12 17v3.5M3 3l18 18" />
  ),
  screen: <path d="M3 4.5h18v12H3zM8.5 20.5h7M12 16.5v4" />,
  sliders: <path d="M4 7h9M17 7h3M4 17h3M11 17h9M13 4.8v4.4h4V4.8zM7 14.8v4.4h4v-4.4z" />,
  flip: (
    <path d="M4 8.5h3L8.5 6h7L17 8.5h3V19H4zM9 12.2a3.3 3.3 0 0 1 5.8-.7M15 15.3a3.3 3.3 0 0 1-5.8.7M15 9.8v2h-2M9 17.5v-2h2" />
  ),
  edit: <path d="M4 20l1-4.5L16 4.5l3.5 3.5-11 11L4 20z" />,
  trash: <path d="M4.5 7h15M9.5 7V4h5v3M6.5 7l1 13h9l1-13M10.5 11v5.5M13.5 11v5.5" />,
  up: <path d="M12 19V5M6 11l6-6 6 6" />,
  down: <path d="M12 5v14M6 13l6 6 6-6" />,
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
  link: <path d="M10 14l4-4M8 11l-2.5 2.5a3.5 3.5 0 0 0 5 5L13 16M16 13l2.5-2.5a3.5 3.5 0 0 0-5-5L11 8" />,
  refresh: <path d="M19.5 12a7.5 7.5 0 1 1-2.2-5.3M19.5 3.5v4h-4" />,
  signOut: <path d="M14 4H5v16h9M10 12h11M17.5 8.5L21 12l-3.5 3.5" />,
} satisfies Record<string, ComponentChildren>

export type IconName = keyof typeof paths

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
