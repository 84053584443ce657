import { type FrameSays, messageOf } from '../../kit/embed-messages.ts'

const HELLO_WITHIN_MS = 10_000

/** The page around the frame. */
export interface Parent {
  /** Its origin, as the browser tells it. @throws an Error where it tells nothing and the page does not answer */
  origin(): Promise<string>
  /** The token that the page's own site signed; asked anew each time, since one token opens one session. */
  identity(): Promise<string | null>
  refuse(code: string, detail: string): void
}

export function createParent(): Parent {
  const known = ancestor() ?? referrer()

  /** Asks the page for its `hello`, which `<shelfcast-player>` answers; a frame put there by hand has nobody to do so. */
  function ask(): Promise<{ origin: string; identity: string | null } | null> {
    return new Promise((resolve) => {
      const hear = ({ source, origin, data }: MessageEvent<unknown>) => {
        const hello = source === window.parent ? messageOf(data, 'hello') : null
        if (!hello || (known !== null && origin !== known)) return
        done({ origin, identity: typeof hello.identity === 'string' ? hello.identity : null })
      }
      const timer = setTimeout(() => done(null), HELLO_WITHIN_MS)
      const done = (answer: { origin: string; identity: string | null } | null) => {
        clearTimeout(timer)
        removeEventListener('message', hear)
        resolve(answer)
      }
      addEventListener('message', hear)
      say({ shelfcast: 'ready' }, known ?? '*') // it says nothing, so whoever hears it learns nothing
    })
  }

  return {
    async origin() {
      const origin = known ?? (await ask())?.origin
      if (origin === undefined) throw new Error('The page around this frame does not say which it is')
      return origin
    },
    identity: async () => (await ask())?.identity ?? null,
    refuse(code, detail) {
      if (known !== null) say({ shelfcast: 'refused', code, detail }, known)
    },
  }
}

const say = (message: FrameSays, origin: string) => window.parent.postMessage(message, origin)

const ancestor = (): string | null => location.ancestorOrigins?.[0] ?? null // not in every Firefox

const referrer = (): string | null =>
  URL.canParse(document.referrer) && !document.referrer.startsWith(`${location.origin}/`)
    ? new URL(document.referrer).origin
    : null
