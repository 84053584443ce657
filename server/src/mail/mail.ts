import { z } from 'zod'
import type { Config, Limits } from '../config.ts'
import type { Db } from '../kernel/db.ts'
import type { Log } from '../kernel/log.ts'
import type { Outbox } from '../kernel/outbox.ts'
import { createKeptMails, type KeptMails } from './kept.ts'
import { type Language, type Letter, write } from './letters.ts'
import type { MailPort } from './port.ts'
import { createSmtp } from './smtp.ts'

/** To whom, and what. `name` greets; without one the letter names nobody. */
export interface Sending {
  to: string
  name: string
  language: Language
  letter: Letter
}

const numbered = z.object({ mailId: z.string() })

/**
 * Mails go through the outbox: whoever wants one sent writes a row of a topic, with `mailId` and whose it is, in the
 * statement that made it true. The address and what is secret are looked up or made when it is sent, so neither stands
 * in the row. A crash loses no mail and may send one twice, under one Message-ID.
 */
export function createMail(deps: {
  db: Db
  outbox: Outbox
  log: Log
  smtp: Config['smtp']
  limits: Limits['mail']
}) {
  const { db, outbox, log, smtp, limits } = deps
  const kept: KeptMails | null = smtp ? null : createKeptMails({ db, keptMax: limits.keptMax })
  const port: MailPort = kept ?? createSmtp({ ...smtp!, limits })

  return {
    /** Where mails are not sent but kept: what the outbox page shows. */
    kept,

    /** Makes the rows of `topic` mails; null from `compose` means that there is nobody to write to any more. */
    on(topic: string, compose: (payload: Record<string, unknown>) => Promise<Sending | null>): void {
      outbox.on(
        topic,
        async (payload) => {
          const { mailId } = numbered.parse(payload)
          const sending = await compose(payload)
          if (!sending) return
          const { to, name, language, letter } = sending
          const taken = await port.send({ id: mailId, to, ...write(letter, language, name) })
          if (!taken) log.warn({ mailId, about: letter.about }, 'mail refused for good')
        },
        { attemptsMax: limits.attemptsMax },
      )
    },

    close: () => port.close(),
  }
}

export type Mails = ReturnType<typeof createMail>
