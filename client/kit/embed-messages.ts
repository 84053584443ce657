/** What the parts of an embed tell each other by `postMessage`. */

/** The frame to the page around it. `ready` asks for a `hello`; it may be asked again when a session has ended. */
export type FrameSays = { shelfcast: 'ready' } | { shelfcast: 'refused'; code: string; detail: string }

/** The page to the frame. `identity` is a token that the merchant signed. */
export type PageSays = { shelfcast: 'hello'; identity: string | null }

/** A popup of ours to the frame that opened it. */
export type PopupSays = { shelfcast: 'code'; code: string } | { shelfcast: 'tipped' }

/** The message, where it is one of ours of this kind; its texts are still to be looked at. */
export function messageOf(data: unknown, kind: string): Record<string, unknown> | null {
  const message: Record<string, unknown> = Object(data) // of what is no object, one without a kind
  return message.shelfcast === kind ? message : null
}
