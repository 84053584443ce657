import { lazy } from './lazy.tsx'

/** What is fetched after the first frame, or with the first tap that needs it. */
export const soundPrompt = lazy(() => import('./stage/sound-prompt.tsx'))
export const sheets = lazy(() => import('./sheets/sheets.tsx'))
export const shelfPanel = lazy(() => import('./shop/shelf-panel.tsx'))
/** With the first flash sale. */
export const sale = lazy(() => import('./shop/sale-card.tsx'))
/** With the first battle. */
export const battle = lazy(() => import('./battle/battle.tsx'))
export const demoBadge = lazy(() => import('./stage/demo-badge.tsx'))
export const seats = lazy(() => import('./seats/seats.tsx'))
export const reminder = lazy(() => import('./reminder/reminder.tsx'))
export const facts = lazy(() => import('./facts/facts.tsx'))
export const replay = lazy(() => import('./replay/replay.tsx'))
/** Where WebRTC does not get through. */
export const hls = lazy(() => import('./hls/hls-picture.tsx'))
export const chatAnnouncer = lazy(() => import('./chat/chat-announcer.tsx'))
export const effects = lazy(() => import('./effects/effects.tsx'))
