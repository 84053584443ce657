import type { AudioLevelObserver, Producer, Router } from 'mediasoup/types'
import type { Log } from '../kernel/log.ts'

/** Quieter than this on average (dBov, where silence is -127) is no speech; words have gaps. */
const THRESHOLD_DB = -75

export interface SpeakerWatch {
  /** Listens to these microphones, by the person that each is of. With fewer than two there is nothing to tell. */
  follow(microphones: ReadonlyMap<Producer, string>): void
  close(): void
}

/** Tells who of several hosts speaks, whenever that changes. */
export function createSpeakerWatch(deps: {
  router: Router
  everyMs: number
  log: Log
  tell(personId: string | null): void
}): SpeakerWatch {
  const people = new Map<string, string>()
  let observer: Promise<AudioLevelObserver> | null = null
  let last: string | null = null
  let closed = false

  function heard(personId: string | null): void {
    if (closed || personId === last) return
    last = personId
    deps.tell(personId)
  }

  async function open(): Promise<AudioLevelObserver> {
    const opened = await deps.router.createAudioLevelObserver({
      maxEntries: 1,
      threshold: THRESHOLD_DB,
      interval: deps.everyMs,
    })
    opened.on('volumes', ([loudest]) => heard((loudest && people.get(loudest.producer.id)) ?? null))
    opened.on('silence', () => heard(null))
    return opened
  }

  async function add(producer: Producer): Promise<void> {
    observer ??= open()
    const opened = await observer
    if (!closed && !producer.closed) await opened.addProducer({ producerId: producer.id })
  }

  return {
    follow(microphones) {
      if (microphones.size < 2) {
        heard(null)
        if (people.size === 0) return
      }
      for (const [producer, personId] of microphones) {
        if (people.has(producer.id)) continue
        people.set(producer.id, personId)
        producer.observer.once('close', () => people.delete(producer.id))
        add(producer).catch((error) => {
          if (!closed && !producer.closed) deps.log.warn({ err: error }, 'a microphone is not listened to')
        })
      }
    },
    close() {
      closed = true
    },
  }
}
