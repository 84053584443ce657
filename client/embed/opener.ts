import type { PopupSays } from '../kit/embed-messages.ts'

/**
 * Tells the frame that opened this window, which is a page of our own like this one: nobody else can hear it.
 * @returns false where there is none any more, e.g. because the site around it isolates its windows
 */
export function tellOpener(message: PopupSays): boolean {
  const opener: unknown = window.opener
  if (!opener) return false
  window.opener.postMessage(message, location.origin)
  return true
}
