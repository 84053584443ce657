import { messageOf, type PopupSays } from '../../kit/embed-messages.ts'

const LOOK_MS = 400

/** How a popup ended: with its message, closed without one, or never opened because the browser keeps popups back. */
export type PopupEnd = { is: 'said'; message: Record<string, unknown> } | { is: 'closed' } | { is: 'blocked' }

/**
 * Opens a page of ours beside the embed, where the person's own session is, and waits for its message. To be called
 * within a click: browsers block what opens later.
 */
export function openPopup(url: string, kind: PopupSays['shelfcast']): Promise<PopupEnd> {
  const left = Math.round(screenX + (outerWidth - 440) / 2)
  const popup = window.open(url, '_blank', `popup,width=440,height=680,left=${left},top=${screenY + 80}`)
  if (!popup) return Promise.resolve({ is: 'blocked' })
  return new Promise((resolve) => {
    let closedLooks = 0
    const hear = ({ source, origin, data }: MessageEvent<unknown>) => {
      const message = source === popup && origin === location.origin ? messageOf(data, kind) : null
      if (message) done({ is: 'said', message })
    }
    const look = setInterval(() => {
      // Its last words may still be on their way when it is gone.
      if (popup.closed && ++closedLooks > 1) done({ is: 'closed' })
    }, LOOK_MS)
    const done = (end: PopupEnd) => {
      clearInterval(look)
      removeEventListener('message', hear)
      resolve(end)
    }
    addEventListener('message', hear)
  })
}
