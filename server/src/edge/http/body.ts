import type { HttpResponse } from 'uWebSockets.js'
import type { Limits } from '../../config.ts'
import { Fault } from '../../kernel/errors.ts'

/** The sender went away before the end of the body. */
class RequestAborted extends Error {
  override readonly name = 'RequestAborted'
}

interface BodyBounds {
  readonly bytesMax: number
  /** What the sender says of its length, null where it does not. */
  readonly announcedBytes: number | null
  readonly limits: Pick<Limits['http'], 'refusedBytesMax' | 'refusedMsMax' | 'uploadMsMax'>
}

/**
 * A request's body, bounded while it comes in. It is made in the uWS handler itself: uWS delivers the body at once or
 * never. Too large a body is refused as soon as that is known, and nothing of it is kept; but the refusal is thrown
 * only when the sender is done or was given its time, because a sender whose line is cut while it is still sending
 * does not read why.
 */
export class IncomingBody {
  readonly #response: HttpResponse
  readonly #bounds: BodyBounds
  readonly #done: Promise<Buffer>
  #chunks: Buffer[] = []
  #bytes = 0
  #refused: boolean
  #timer: NodeJS.Timeout
  #held = false
  #ended = false
  #settle!: { resolve(body: Buffer): void; reject(error: Error): void }

  constructor(response: HttpResponse, bounds: BodyBounds) {
    this.#response = response
    this.#bounds = bounds
    this.#refused = (bounds.announcedBytes ?? 0) > bounds.bytesMax
    this.#done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
    this.#done.catch(() => {}) // whoever reads it is told; it may be refused before anybody does
    this.#timer = this.#cutAfter(this.#refused ? bounds.limits.refusedMsMax : bounds.limits.uploadMsMax)
    response.onData((chunk, isLast) => this.#take(chunk, isLast))
  }

  /** Keeps the sender waiting, for example until it is known whether it may send at all. */
  hold(): void {
    if (this.#held || this.#ended) return
    this.#held = true
    this.#response.pause()
  }

  release(): void {
    if (!this.#held || this.#ended) return
    this.#held = false
    this.#response.resume()
  }

  /** The whole body. @throws Fault `payload_too_large` · RequestAborted */
  read(): Promise<Buffer> {
    this.release()
    return this.#done
  }

  abort(): void {
    this.#end(() => this.#settle.reject(new RequestAborted()))
  }

  #take(chunk: ArrayBuffer, isLast: boolean): void {
    if (this.#ended) return
    const { bytesMax, limits } = this.#bounds
    this.#bytes += chunk.byteLength
    if (!this.#refused && this.#bytes > bytesMax) {
      this.#refused = true
      this.#chunks = []
      clearTimeout(this.#timer)
      this.#timer = this.#cutAfter(limits.refusedMsMax)
    }
    if (!this.#refused)
      this.#chunks.push(Buffer.from(new Uint8Array(chunk))) // uWS takes the chunk back after this call
    else if (isLast || this.#bytes > limits.refusedBytesMax) this.#refuse()
    if (isLast) this.#end(() => this.#settle.resolve(Buffer.concat(this.#chunks)))
  }

  #cutAfter(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#refuse(), ms).unref()
  }

  #refuse(): void {
    const { bytesMax } = this.#bounds
    const fault = new Fault(this.#refused ? 'payload_too_large' : 'body_too_slow', { extra: { bytesMax } })
    this.#end(() => this.#settle.reject(fault))
  }

  #end(settle: () => void): void {
    if (this.#ended) return
    this.release()
    this.#ended = true
    clearTimeout(this.#timer)
    settle()
    this.#chunks = []
  }
}
