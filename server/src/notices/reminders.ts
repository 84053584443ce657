import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { Fault } from '../kernel/errors.ts'
import type { Outbox } from '../kernel/outbox.ts'
import type { Shows } from '../shows/index.ts'

export interface RemindersDeps {
  db: Db
  clock: Clock
  outbox: Pick<Outbox, 'nudge'>
  shows: Pick<Shows, 'find'>
  mailbox(personId: string): Promise<{ to: string } | null>
  limits: Limits['notices']
}

/** Who wants to hear when a show begins. */
export function createReminders({ db: { sql }, clock, outbox, shows, mailbox, limits }: RemindersDeps) {
  /** @throws Fault `not_found` for a show that does not exist */
  async function state(personId: string, showId: string) {
    if (!(await shows.find(showId))) throw new Fault('not_found')
    const [row] =
      await sql`select 1 from show_reminders where show_id = ${showId} and person_id = ${personId}`
    return { on: row !== undefined, possible: (await mailbox(personId)) !== null }
  }

  /**
   * Writes the mails of one kind that are due, each once: the notice and the mail's outbox row are one statement. The
   * notice of each is looked up by both its columns: a `not exists` is made a join, which may read all of a show's.
   */
  async function tell(about: 'show_soon' | 'show_live', which: ReturnType<typeof sql>): Promise<number> {
    const rows = await sql`
      with due as (
        select r.person_id, ${about}::text || ':' || s.id as key, s.id as show_id
        from shows s join show_reminders r on r.tenant_id = s.tenant_id and r.show_id = s.id
        where ${which} and (
          select n.person_id from notices n where n.key = ${about}::text || ':' || s.id and n.person_id = r.person_id) is null
        limit ${limits.batchMax}
      ), told as (
        insert into notices (key, person_id) select key, person_id from due on conflict do nothing returning key, person_id
      )
      insert into outbox (topic, key, payload)
      select 'mail.notice', 'mail:' || d.person_id, jsonb_build_object('mailId', new_id('mal'), 'about', ${about}::text,
        'personId', d.person_id, 'showId', d.show_id)
      from due d join told using (key, person_id) returning 1`
    return rows.length
  }

  return {
    state,

    /** @throws Fault `not_found`, `show_not_scheduled`, `email_needed`, `too_many_reminders` */
    async add(personId: string, showId: string) {
      const show = await shows.find(showId)
      if (!show) throw new Fault('not_found')
      if (show.status !== 'scheduled') throw new Fault('show_not_scheduled')
      if (!(await mailbox(personId))) throw new Fault('email_needed')
      // Those of shows that are over do not count. Two requests at once may go past the limit by one.
      const [row] = await sql`
        insert into show_reminders (tenant_id, show_id, person_id)
        select ${show.tenantId}, ${showId}, ${personId}
        where (select count(*) from show_reminders r join shows s on s.tenant_id = r.tenant_id and s.id = r.show_id
               where r.person_id = ${personId} and r.show_id <> ${showId} and s.status = 'scheduled') < ${limits.remindersPerPersonMax}
        on conflict (tenant_id, show_id, person_id) do update set created_at = show_reminders.created_at returning 1`
      if (!row) throw new Fault('too_many_reminders')
      return { on: true, possible: true }
    },

    async remove(personId: string, showId: string) {
      await sql`delete from show_reminders where show_id = ${showId} and person_id = ${personId}`
      return state(personId, showId)
    },

    /** Tells who waits for a show that begins within ten minutes, and for one that has gone live. */
    async tick(): Promise<void> {
      const now = new Date(clock.now())
      const soon = new Date(clock.now() + limits.remindBeforeMs)
      const told =
        (await tell(
          'show_soon',
          sql`s.status = 'scheduled' and s.scheduled_at > ${now} and s.scheduled_at <= ${soon}`,
        )) + (await tell('show_live', sql`s.status in ('live', 'paused') and s.started_at is not null`))
      if (told > 0) outbox.nudge()
    },

    /** Reminders of shows that are over, and notices so old that nobody will be told again. */
    async sweep(): Promise<void> {
      await sql`
        delete from show_reminders r using shows s
        where s.tenant_id = r.tenant_id and s.id = r.show_id and s.status = 'ended'`
      await sql`delete from notices where created_at < ${new Date(clock.now() - limits.keptMs)}`
    },
  }
}
