import type { Db } from '../kernel/db.ts'
import { violatedConstraint } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import { hashPassword, passwordMatches } from './passwords.ts'

export interface PersonView {
  id: string
  name: string
  guest: boolean
  operator: boolean
}

export function createPeople({ db: { sql } }: { db: Db }) {
  return {
    async createGuest(name?: string): Promise<PersonView> {
      const id = newId('per')
      const shown = name ?? `Guest ${id.slice(-4)}`
      await sql`insert into persons (id, kind, name) values (${id}, 'guest', ${shown})`
      return { id, name: shown, guest: true, operator: false }
    },

    /**
     * Makes an account. A guest who signs up becomes the account: same person row, so what they ordered stays theirs.
     * @throws Fault `login_taken`
     */
    async signUp(input: {
      login: string
      password: string
      name: string
      /** Of the mails to this person. */
      language?: 'en' | 'zh-CN'
      guestId?: string
    }): Promise<PersonView> {
      const hash = await hashPassword(input.password)
      const id = input.guestId ?? newId('per')
      const kind = input.login.includes('@') ? 'email' : 'phone'
      try {
        const [row] = await sql<{ id: string }[]>`
          with person as (
            insert into persons as p (id, kind, name, password_hash, language)
            values (${id}, 'person', ${input.name}, ${hash}, ${input.language ?? 'en'})
            on conflict (id) do update set kind = 'person', name = excluded.name,
              password_hash = excluded.password_hash, language = excluded.language
              where p.kind = 'guest'
            returning id
          )
          insert into logins (login, person_id, kind) select ${input.login}, id, ${kind} from person returning person_id as id`
        if (!row) throw new Fault('login_taken')
      } catch (error) {
        if (violatedConstraint(error) === 'logins_pkey') throw new Fault('login_taken')
        throw error
      }
      return { id, name: input.name, guest: false, operator: false }
    },

    /** @throws Fault `wrong_credentials`, the same for an unknown login and a wrong password */
    async signIn(login: string, password: string): Promise<PersonView> {
      const [row] = await sql<
        { id: string; name: string; operator: boolean; password_hash: string | null }[]
      >`
        select p.id, p.name, p.operator, p.password_hash
        from logins l join persons p on p.id = l.person_id where l.login = ${login}`
      if (!(await passwordMatches(row?.password_hash ?? null, password)) || !row)
        throw new Fault('wrong_credentials')
      return { id: row.id, name: row.name, guest: false, operator: row.operator }
    },

    /** @throws Fault `not_found` */
    async get(id: string): Promise<PersonView> {
      const [person] = await sql<PersonView[]>`
        select id, name, kind = 'guest' as guest, operator from persons where id = ${id}`
      return found(person)
    },

    /** Remembers that this guest turned out to be that person, whose the guest's orders are from now on. */
    async mergeGuest(guestId: string, personId: string): Promise<void> {
      await sql`update persons set merged_into = ${personId} where id = ${guestId} and kind = 'guest'`
    },

    async findByLogin(login: string): Promise<{ id: string; name: string } | null> {
      const [row] = await sql<{ id: string; name: string }[]>`
        select p.id, p.name from logins l join persons p on p.id = l.person_id where l.login = ${login}`
      return row ?? null
    },

    async makeOperator(personId: string): Promise<void> {
      await sql`update persons set operator = true where id = ${personId} and kind = 'person'`
    },
  }
}
