import { z } from 'zod'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { Fault } from '../kernel/errors.ts'
import type { Outbox } from '../kernel/outbox.ts'
import { randomToken, sha256 } from '../kernel/secrets.ts'
import type { Language, Mails, Sending } from '../mail/index.ts'
import { hashPassword, passwordMatches } from './passwords.ts'

const TOPIC = 'mail.account'

const wanted = z.object({
  about: z.enum(['reset', 'verify', 'password_changed']),
  personId: z.string(),
  login: z.string(),
  /** When it was asked for: milliseconds since 1970. */
  at: z.number(),
  /** Of the page where it was asked for; else the person's. */
  language: z.enum(['en', 'zh-CN']).nullable(),
})

/** Passwords that change, and addresses that are confirmed by a link that was mailed to them. */
export function createRecovery(deps: {
  db: Db
  outbox: Pick<Outbox, 'nudge'>
  mail: Pick<Mails, 'on'>
  clock: Clock
  publicUrl: string
  limits: Limits['accounts']
}) {
  const { outbox, mail, clock, publicUrl, limits } = deps
  const { sql } = deps.db
  const now = () => new Date(clock.now())

  /** The outbox row of a mail to `l.login`, for the end of a statement. */
  const row = (about: z.infer<typeof wanted>['about'], language: Language | null = null) => sql`
    insert into outbox (topic, key, payload)
    select ${TOPIC}, 'mail:' || l.person_id, jsonb_build_object('mailId', new_id('mal'), 'about', ${about}::text,
      'personId', l.person_id, 'login', l.login, 'at', ${clock.now()}::bigint, 'language', ${language}::text)`

  mail.on(TOPIC, async (payload): Promise<Sending | null> => {
    const { about, personId, login, at, language } = wanted.parse(payload)
    const [to] = await sql<{ name: string; language: Language }[]>`
      select p.name, p.language from logins l join persons p on p.id = l.person_id
      where l.login = ${login} and l.person_id = ${personId} and l.kind = 'email'`
    if (!to) return null
    if (about === 'password_changed')
      return { ...to, to: login, letter: { about, url: `${publicUrl}/me/profile` } }
    if (clock.now() - at > limits.mailedTokenMs) return null // who asked has long asked again
    const url = `${publicUrl}/${about}#${await newToken(personId, about, login)}`
    // Greets nobody by name: whoever signed up with another's address chose that name.
    return {
      language: language ?? to.language,
      name: '',
      to: login,
      letter: { about, url, minutes: limits.mailedTokenMs / 60_000 },
    }
  })

  /** Made when the mail is sent, so that it stands nowhere but in the mail. It travels behind `#`: no log sees it. */
  async function newToken(personId: string, purpose: 'reset' | 'verify', login: string): Promise<string> {
    const token = randomToken()
    await sql`
      insert into mailed_tokens (person_id, purpose, token_hash, login, expires_at)
      values (${personId}, ${purpose}, ${sha256(token)}, ${login}, ${new Date(clock.now() + limits.mailedTokenMs)})
      on conflict (person_id, purpose) do update set token_hash = excluded.token_hash, login = excluded.login,
        expires_at = excluded.expires_at, created_at = now()`
    return token
  }

  /** @throws Fault `wrong_credentials` */
  async function assertPassword(personId: string, password: string): Promise<void> {
    const [person] = await sql<{ password_hash: string | null }[]>`
      select password_hash from persons where id = ${personId}`
    if (!(await passwordMatches(person?.password_hash ?? null, password)))
      throw new Fault('wrong_credentials')
  }

  /** The statement's end for whatever changes a password: `changed` holds the person. */
  const endSessions = (keep: string | null) => sql`
    delete from sessions using changed where person_id = changed.id and token_hash is distinct from ${keep}`

  return {
    /** Mails a link to this address if an account has it. Nothing tells whether one does, not even the time it takes. */
    async askReset(login: string, language: Language): Promise<void> {
      await sql`${row('reset', language)} from logins l where l.login = ${login} and l.kind = 'email'`
      outbox.nudge()
    },

    /**
     * Sets the password that the holder of a mailed link chose; ends every session, and every other link.
     * @throws Fault `mailed_link_invalid` for one that was used, replaced, is too old or was never sent
     */
    async reset(token: string, password: string): Promise<{ login: string }> {
      const [known] = await sql`
        select 1 from mailed_tokens where token_hash = ${sha256(token)} and purpose = 'reset' and expires_at > ${now()}`
      if (!known) throw new Fault('mailed_link_invalid') // before the costly hash
      const hash = await hashPassword(password)
      const [used] = await sql<{ login: string }[]>`
        with used as (
          delete from mailed_tokens
          where token_hash = ${sha256(token)} and purpose = 'reset' and expires_at > ${now()} returning person_id, login
        ), changed as (
          update persons p set password_hash = ${hash} from used where p.id = used.person_id returning p.id
        ), confirmed as (
          update logins l set verified_at = coalesce(l.verified_at, now()) from used where l.login = used.login
        ), ended as (${endSessions(null)}), told as (
          ${row('password_changed')} from used l
        )
        select login from used`
      if (!used) throw new Fault('mailed_link_invalid')
      outbox.nudge()
      return used
    },

    /**
     * Changes a password; every session but the present one ends.
     * @throws Fault `wrong_credentials`
     */
    async change(
      personId: string,
      { current, next, sessionToken }: { current: string; next: string; sessionToken: string | null },
    ): Promise<void> {
      await assertPassword(personId, current)
      const hash = await hashPassword(next)
      await sql`
        with changed as (
          update persons set password_hash = ${hash} where id = ${personId} returning id
        ), links as (
          delete from mailed_tokens t using changed where t.person_id = changed.id and t.purpose = 'reset'
        ), ended as (${endSessions(sessionToken && sha256(sessionToken))})
        ${row('password_changed')} from changed join logins l on l.person_id = changed.id and l.kind = 'email'`
      outbox.nudge()
    },

    assertPassword,

    /** Mails a link that confirms the person's address, where it is not confirmed yet. @throws Fault `email_needed` */
    async askVerification(personId: string): Promise<void> {
      const [any] = await sql`select 1 from logins where person_id = ${personId} and kind = 'email'`
      if (!any) throw new Fault('email_needed')
      await sql`
        ${row('verify')} from logins l
        where l.person_id = ${personId} and l.kind = 'email' and l.verified_at is null`
      outbox.nudge()
    },

    /** @throws Fault `mailed_link_invalid` */
    async verify(token: string): Promise<void> {
      const [login] = await sql`
        with used as (
          delete from mailed_tokens
          where token_hash = ${sha256(token)} and purpose = 'verify' and expires_at > ${now()} returning login
        )
        update logins l set verified_at = now() from used where l.login = used.login returning l.login`
      if (!login) throw new Fault('mailed_link_invalid')
    },

    async sweep(): Promise<void> {
      await sql`delete from mailed_tokens where expires_at < ${now()}`
    },
  }
}
