import type { Db } from '../kernel/db.ts'
import { found } from '../kernel/errors.ts'
import type { Language } from '../mail/index.ts'

export interface Profile {
  id: string
  name: string
  language: Language
  createdAt: number
  logins: { login: string; kind: 'email' | 'phone'; verified: boolean }[]
}

/** What a person sees and changes of their own account. */
export function createProfiles({ db: { sql } }: { db: Db }) {
  return {
    async get(personId: string): Promise<Profile> {
      const [row] = await sql<Profile[]>`
        select p.id, p.name, p.language, (extract(epoch from p.created_at) * 1000)::bigint as "createdAt",
          coalesce((select jsonb_agg(jsonb_build_object('login', l.login, 'kind', l.kind, 'verified', l.verified_at is not null)
            order by l.created_at, l.login) from logins l where l.person_id = p.id), '[]') as logins
        from persons p where p.id = ${personId} and p.deleted_at is null`
      return found(row)
    },

    async change(
      personId: string,
      { name, language }: { name?: string | undefined; language?: Language | undefined },
    ): Promise<void> {
      await sql`
        update persons set name = coalesce(${name ?? null}, name), language = coalesce(${language ?? null}, language)
        where id = ${personId} and deleted_at is null`
    },

    /** Where mails to this person go: their confirmed address first. Null for who has none. */
    async mailbox(personId: string): Promise<{ to: string; name: string; language: Language } | null> {
      const [row] = await sql<{ to: string; name: string; language: Language }[]>`
        select l.login as to, p.name, p.language from persons p join logins l on l.person_id = p.id and l.kind = 'email'
        where p.id = ${personId} order by l.verified_at nulls last, l.created_at, l.login limit 1`
      return row ?? null
    },
  }
}
