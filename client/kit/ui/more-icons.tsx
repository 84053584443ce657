import type { ComponentChildren } from 'preact'
import { addIcons } from './icons.tsx'

/** Icons that no viewer needs before the first frame. */
export const moreIcons = {
  close: <path d="M6 6l12 12M18 6L6 18" />,
  back: <path d="M15 5l-7 7 7 7" />,
  plus: <path d="M12 5v14M5 12h14" />,
  minus: <path d="M5 12h14" />,
  receipt: <path d="M6 3.5h12V21l-3-2-3 2-3-2-3 2V3.5zM9 8h6M9 12h6" />,
  user: (
    <>
      <circle cx="12" cy="8.5" r="3.7" />
      <path d="M4.5 20c1-4 4-5.8 7.5-5.8s6.5 1.8 7.5 5.8" />
    </>
  ),
  users: (
    <>
      <circle cx="9" cy="8.5" r="3.4" />
      <path d="M2.5 19.5c.8-3.6 3.4-5.2 6.5-5.2s5.7 1.6 6.5 5.2M15.5 5.4a3.4 3.4 0 0 1 0 6.2M17.5 14.6c2.2.6 3.6 2.2 4.1 4.9" />
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
  camera: <path d="M3 7h12v10H3zM15 11l6-3.5v9L15 13z" />,
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
  link: <path d="M10 14l4-4M8 11l-2.5 2.5a3.5 3.5 0 0 0 5 5L13 16M16 13l2.5-2.5a3.5 3.5 0 0 0-5-5L11 8" />,
  refresh: <path d="M19.5 12a7.5 7.5 0 1 1-2.2-5.3M19.5 3.5v4h-4" />,
  signOut: <path d="M14 4H5v16h9M10 12h11M17.5 8.5L21 12l-3.5 3.5" />,
  pip: <path d="M3.5 5.5h17v13h-17zM12 12.5h5.5v3.5H12z" />,
  script: <path d="M5 3.5h14v17H5zM8.5 8h7M8.5 12h7M8.5 16h4" />,
  play: <path d="M7 4.5v15l12-7.5z" />,
  pause: <path d="M8 5v14M16 5v14" />,
  mirror: <path d="M12 3v18M8.5 7v10H3zM15.5 7v10H21z" />,
  shrink: <path d="M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5" />,
} satisfies Record<string, ComponentChildren>

addIcons(moreIcons)
