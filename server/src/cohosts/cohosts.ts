import { createHmac, timingSafeEqual } from 'node:crypto'
import type { inviteView } from '@shelfcast/shared/api/cohosts.ts'
import type { z } from 'zod'
import type { Accounts } from '../accounts/index.ts'
import type { Limits } from '../config.ts'
import type { Actor } from '../kernel/actor.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import { HOST_ROLES } from '../shows/index.ts'

interface CoHostsDeps {
  db: Db
  clock: Clock
  accounts: Pick<Accounts, 'people' | 'sessions' | 'attempts'>
  /** Signs the links of invitations. */
  key: Uint8Array
  publicUrl: string
  limits: Limits['coHosts']
}

interface OfShow {
  tenantId: string
  showId: string
}

/** What a person is on the stage of a show. */
export interface StageRole {
  readonly name: string
  /** Works for the merchant and may run the show; who came by an invitation alone may not. */
  readonly mayLead: boolean
  readonly leads: boolean
}

type InviteView = z.output<typeof inviteView>
export type CoHosts = ReturnType<typeof createCoHosts>

/** Who may be on a show's stage: its hosts, and those whom they invite by link. */
export function createCoHosts(deps: CoHostsDeps) {
  const { limits, accounts, clock } = deps
  const { sql } = deps.db

  const signatureOf = (id: string): Buffer => createHmac('sha256', deps.key).update(id).digest()

  /** Names the invitation, signed so that ids cannot be tried; whether it is open is up to its row. */
  const tokenOf = (id: string): string => `${id}.${signatureOf(id).toString('base64url')}`

  /** @throws Fault `invite_invalid` */
  function idOf(token: string): string {
    const [id = '', signature = ''] = token.split('.')
    const given = Buffer.from(signature, 'base64url')
    const right = signatureOf(id)
    if (given.length !== right.length || !timingSafeEqual(given, right)) throw new Fault('invite_invalid')
    return id
  }

  const view = sql`
    i.id, (extract(epoch from i.created_at) * 1000)::float8 as "createdAt",
    (extract(epoch from i.expires_at) * 1000)::float8 as "expiresAt", b.name as "invitedBy",
    case when i.person_id is not null then jsonb_build_object('personId', i.person_id, 'name', i.name,
      'acceptedAt', floor(extract(epoch from i.accepted_at) * 1000)) end as "coHost"`
  const now = () => new Date(clock.now())
  const rounded = ({ createdAt, expiresAt, ...rest }: InviteView): InviteView => ({
    ...rest,
    createdAt: Math.floor(createdAt),
    expiresAt: Math.floor(expiresAt),
  })

  return {
    /** @throws Fault `not_found`, `show_ended`, `too_many_invites` */
    async invite({ tenantId, showId }: OfShow, by: string): Promise<InviteView & { url: string }> {
      const [show] = await sql`select status from shows where tenant_id = ${tenantId} and id = ${showId}`
      if (found(show).status === 'ended') throw new Fault('show_ended')
      const id = newId('inv')
      const expiresAt = new Date(clock.now() + limits.inviteMs)
      const [row] = await sql<InviteView[]>`
        with i as (
          insert into cohost_invites (tenant_id, id, show_id, invited_by, created_at, expires_at)
          select ${tenantId}, ${id}, ${showId}, ${by}, ${now()}, ${expiresAt}
          where (select count(*) from cohost_invites o
            where o.tenant_id = ${tenantId} and o.show_id = ${showId} and o.revoked_at is null
              and (o.accepted_at is not null or o.expires_at > ${now()})) < ${limits.invitesPerShowMax}
          returning *)
        select ${view} from i join persons b on b.id = i.invited_by`
      if (!row) throw new Fault('too_many_invites')
      return { ...rounded(row), url: `${deps.publicUrl}/studio/join#${tokenOf(id)}` }
    },

    /** Open and accepted ones, newest first. @throws Fault `not_found` */
    async list({ tenantId, showId }: OfShow): Promise<InviteView[]> {
      const [show] = await sql`select 1 from shows where tenant_id = ${tenantId} and id = ${showId}`
      found(show)
      const rows = await sql<InviteView[]>`
        select ${view} from cohost_invites i join persons b on b.id = i.invited_by
        where i.tenant_id = ${tenantId} and i.show_id = ${showId} and i.revoked_at is null
          and (i.accepted_at is not null or i.expires_at > ${now()})
        order by i.id desc limit ${limits.invitesPerShowMax}`
      return rows.map(rounded)
    },

    /** Takes an invitation back. @returns who had accepted it. @throws Fault `not_found` */
    async withdraw({ tenantId, showId }: OfShow, inviteId: string): Promise<string | null> {
      const [row] = await sql<{ personId: string | null }[]>`
        update cohost_invites set revoked_at = coalesce(revoked_at, ${now()})
        where tenant_id = ${tenantId} and show_id = ${showId} and id = ${inviteId} returning person_id as "personId"`
      return found(row).personId
    },

    /** Takes back all by which a person came. */
    async dismiss({ tenantId, showId }: OfShow, personId: string): Promise<void> {
      await sql`
        update cohost_invites set revoked_at = ${now()}
        where tenant_id = ${tenantId} and show_id = ${showId} and person_id = ${personId} and revoked_at is null`
    },

    /** @throws Fault `invite_invalid` for one that is forged, taken back, too old, or accepted */
    async read(token: string) {
      const [row] = await sql<
        {
          showId: string
          title: string
          coverUrl: string | null
          scheduledAt: Date | null
          tenantName: string
          invitedBy: string
          expiresAt: Date
        }[]
      >`
        select s.id as "showId", s.title, media_url(s.tenant_id, s.cover_id) as "coverUrl",
          s.scheduled_at as "scheduledAt", t.name as "tenantName", b.name as "invitedBy", i.expires_at as "expiresAt"
        from cohost_invites i join shows s on s.tenant_id = i.tenant_id and s.id = i.show_id
        join tenants t on t.id = i.tenant_id join persons b on b.id = i.invited_by
        where i.id = ${idOf(token)} and i.revoked_at is null and i.accepted_at is null
          and i.expires_at > ${now()} and s.status <> 'ended'`
      const { showId, title, coverUrl, scheduledAt, ...rest } = found(row, 'invite_invalid')
      return {
        ...rest,
        expiresAt: rest.expiresAt.getTime(),
        show: { id: showId, title, coverUrl, scheduledAt: scheduledAt?.getTime() ?? null },
      }
    },

    /**
     * Accepts it for the actor, or for a guest who is made and signed in. One person alone gets it; who has it gets it
     * again, as after a lost answer.
     * @throws Fault `invite_invalid`, `too_many_requests`
     */
    async accept(
      { token, name }: { token: string; name: string },
      actor: Actor | null,
      guest: { ip: string; deviceId: string; setSession(token: string): void },
    ): Promise<OfShow> {
      const id = idOf(token)
      let personId = actor?.personId
      if (personId === undefined) {
        await this.read(token) // no guest is made for a link that is void
        await accounts.attempts.guest(guest.ip)
        personId = (await accounts.people.createGuest(name)).id
      }
      const [row] = await sql<OfShow[]>`
        update cohost_invites i set person_id = ${personId}, name = ${name},
          accepted_at = coalesce(i.accepted_at, ${now()})
        from shows s
        where i.id = ${id} and s.tenant_id = i.tenant_id and s.id = i.show_id and s.status <> 'ended'
          and i.revoked_at is null
          and (i.person_id = ${personId} or i.person_id is null and i.expires_at > ${now()})
        returning i.tenant_id as "tenantId", i.show_id as "showId"`
      const of = found(row, 'invite_invalid')
      if (!actor) guest.setSession(await accounts.sessions.open(personId, { deviceId: guest.deviceId }))
      return of
    },

    /** Whether a guest has accepted an invitation to a show that has not ended: only then is the studio open to them. */
    async isGuestHost(personId: string): Promise<boolean> {
      const [row] = await sql`
        select 1 from cohost_invites i join shows s on s.tenant_id = i.tenant_id and s.id = i.show_id
        where i.person_id = ${personId} and i.revoked_at is null and s.status <> 'ended' limit 1`
      return row !== undefined
    },

    /** Whether this person came by an invitation. */
    async isInvited({ tenantId, showId }: OfShow, personId: string): Promise<boolean> {
      const [row] = await sql`
        select 1 from cohost_invites
        where tenant_id = ${tenantId} and show_id = ${showId} and person_id = ${personId} and revoked_at is null
        limit 1`
      return row !== undefined
    },

    /** What a person is on this stage: a host of the show, one who leads the tenant, or invited; null for others. */
    async roleOf({ tenantId, showId }: OfShow, personId: string): Promise<StageRole | null> {
      const [row] = await sql<StageRole[]>`
        select coalesce(i.name, p.name) as name, coalesce(m.role = any(${HOST_ROLES}), false) as "mayLead",
          coalesce(h.lead, false) as leads
        from persons p
        left join memberships m on m.tenant_id = ${tenantId} and m.person_id = p.id
        left join show_hosts h on h.tenant_id = ${tenantId} and h.show_id = ${showId} and h.person_id = p.id
        left join lateral (select name from cohost_invites
          where tenant_id = ${tenantId} and show_id = ${showId} and person_id = p.id and revoked_at is null
          order by id desc limit 1) i on true
        where p.id = ${personId} and (m.role in ('owner', 'manager') or h.person_id is not null or i.name is not null)`
      return row ?? null
    },

    /**
     * Makes a member the show's lead, for good.
     * @throws Fault `cannot_lead` for who does not host for the tenant
     */
    async handOver({ tenantId, showId }: OfShow, personId: string): Promise<void> {
      const [row] = await sql`
        with chosen as (
          insert into show_hosts (tenant_id, show_id, person_id, lead)
          select tenant_id, ${showId}, person_id, true from memberships
          where tenant_id = ${tenantId} and person_id = ${personId} and role = any(${HOST_ROLES})
          on conflict (tenant_id, show_id, person_id) do update set lead = true returning 1),
        others as (
          update show_hosts set lead = false
          where tenant_id = ${tenantId} and show_id = ${showId} and person_id <> ${personId}
            and exists (select from chosen))
        select 1 from chosen`
      if (!row) throw new Fault('cannot_lead')
    },
  }
}
