import type { Down } from '@shelfcast/shared/protocol/down.ts'
import type { Up } from '@shelfcast/shared/protocol/up.ts'
import type { RoomSocket } from './socket.ts'

type Ack = Extract<Down, { t: 'ack' }>

/** Up messages that wait for their `ack`; null stands for no answer, in time or ever. */
export class Requests {
  readonly #answerMsMax: number
  readonly #waiting = new Map<string, (ack: Ack | null) => void>()
  #count = 0

  constructor(answerMsMax: number) {
    this.#answerMsMax = answerMsMax
  }

  send(message: (id: string) => Up, socket: RoomSocket): Promise<Ack | null> {
    const id = `c${++this.#count}`
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(id, null), this.#answerMsMax)
      this.#waiting.set(id, (ack) => {
        clearTimeout(timer)
        resolve(ack)
      })
      socket.send(message(id))
    })
  }

  answered(ack: Ack): void {
    this.#settle(ack.id, ack)
  }

  /** The connection is gone: nothing will be answered any more. */
  giveUp(): void {
    for (const id of [...this.#waiting.keys()]) this.#settle(id, null)
  }

  #settle(id: string, ack: Ack | null): void {
    const settle = this.#waiting.get(id)
    this.#waiting.delete(id)
    settle?.(ack)
  }
}
