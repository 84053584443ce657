import type { FrameSays, PageSays } from '../kit/embed-messages.ts'

/**
 * `<shelfcast-player show="shw_…">` for any page whose origin the merchant allows: a frame of our own origin, and a few
 * words with it. Attributes: `show`, `lang`, `identity` (a signed token). The property `identity` also takes a function
 * that fetches a token, which is asked again when a session has ended.
 */
type Identity = string | null | (() => string | null | Promise<string | null>)

const OURS = new URL(import.meta.url).origin
const STYLE =
  ':host{display:block;width:min(100%,26.25rem);aspect-ratio:9/16;max-height:100vh;overflow:hidden;background:#0c100f}' +
  ':host([hidden]){display:none}iframe{display:block;width:100%;height:100%;border:0}'

class ShelfcastPlayer extends HTMLElement {
  static readonly observedAttributes = ['show', 'lang', 'identity']
  readonly #frame = document.createElement('iframe')
  #identity: Identity = null

  constructor() {
    super()
    const style = new CSSStyleSheet() // not a <style>: the page's policy may forbid those
    style.replaceSync(STYLE)
    const root = this.attachShadow({ mode: 'open' })
    root.adoptedStyleSheets = [style]
    this.#frame.allow = 'autoplay; fullscreen; clipboard-write; web-share; picture-in-picture'
    this.#frame.referrerPolicy = 'strict-origin-when-cross-origin'
    root.append(this.#frame)
  }

  get identity(): Identity {
    return this.#identity ?? this.getAttribute('identity')
  }

  set identity(next: Identity) {
    this.#identity = next
    this.#show()
  }

  connectedCallback(): void {
    // Set before this script came: such a property would hide the accessor.
    const early: unknown = Object.getOwnPropertyDescriptor(this, 'identity')?.value
    if (typeof early === 'string' || typeof early === 'function') {
      Reflect.deleteProperty(this, 'identity')
      this.#identity = early as Identity
    }
    addEventListener('message', this.#hear)
    this.#show()
  }

  disconnectedCallback(): void {
    removeEventListener('message', this.#hear)
  }

  attributeChangedCallback(): void {
    this.#show()
  }

  #show(): void {
    const show = this.getAttribute('show')
    if (!this.isConnected || !show) return
    const lang = this.getAttribute('lang') ?? document.documentElement.lang
    const url = new URL(`/e/${encodeURIComponent(show)}`, OURS)
    if (lang) url.searchParams.set('lang', lang)
    if (this.identity !== null) url.searchParams.set('identity', '1')
    this.#frame.title = this.title || (lang.startsWith('zh') ? '直播' : 'Live show')
    this.#frame.src = url.href
  }

  readonly #hear = ({ source, origin, data }: MessageEvent<FrameSays>): void => {
    if (origin !== OURS || source !== this.#frame.contentWindow) return
    if (data.shelfcast === 'ready') void this.#answer()
    if (data.shelfcast === 'refused') {
      console.warn(`shelfcast-player: ${data.code}: ${data.detail}`)
      this.dispatchEvent(
        new CustomEvent('shelfcast-refused', { detail: { code: data.code, detail: data.detail } }),
      )
    }
  }

  async #answer(): Promise<void> {
    const { identity } = this
    let token: string | null = null
    try {
      token = typeof identity === 'function' ? await identity() : identity
    } catch (error) {
      console.warn('shelfcast-player: the identity could not be fetched', error)
    }
    const hello: PageSays = { shelfcast: 'hello', identity: token }
    this.#frame.contentWindow?.postMessage(hello, OURS)
  }
}

customElements.get('shelfcast-player') ?? customElements.define('shelfcast-player', ShelfcastPlayer)
