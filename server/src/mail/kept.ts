import type { Db } from '../kernel/db.ts'
import type { Mail, MailPort } from './port.ts'

export type KeptMail = Mail & { at: number }

/** Keeps mails in Postgres instead of sending them, the newest `keptMax`; a mail that comes twice is there once. */
export function createKeptMails({ db: { sql }, keptMax }: { db: Db; keptMax: number }) {
  return {
    async send({ id, to, subject, text, html }: Mail) {
      await sql`
        insert into kept_mails (id, recipient, subject, text, html)
        values (${id}, ${to}, ${subject}, ${text}, ${html}) on conflict do nothing`
      await sql`
        delete from kept_mails where id in (
          select id from kept_mails order by created_at desc, id desc offset ${keptMax})`
      return true
    },

    /** The newest first. */
    async list(limit: number): Promise<KeptMail[]> {
      return sql<KeptMail[]>`
        select id, recipient as to, subject, text, html, (extract(epoch from created_at) * 1000)::bigint as at
        from kept_mails order by created_at desc, id desc limit ${limit}`
    },

    close() {},
  } satisfies MailPort & { list: unknown }
}

export type KeptMails = ReturnType<typeof createKeptMails>
