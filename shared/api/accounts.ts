import { z } from 'zod'
import { CURRENCIES } from '../money.ts'
import { ROLES, SCOPES } from '../scopes.ts'
import { contract, id, nothing, page, pageOf, title } from './contract.ts'

const tag = 'Accounts'

/** An e-mail address or a phone number in international form. */
export const login = z
  .string()
  .trim()
  .max(254)
  .transform((value) => (value.includes('@') ? value.toLowerCase() : value.replace(/[\s()-]/g, '')))
  .pipe(
    z
      .string()
      .regex(
        /^([^\s@]+@[^\s@]+\.[^\s@]+|\+[1-9]\d{6,14})$/,
        'an e-mail address or a phone number like +8613800138000',
      ),
  )
export const password = z.string().min(8).max(128)
export const displayName = z.string().trim().min(1).max(40)

export const personView = z.object({ id, name: displayName, guest: z.boolean(), operator: z.boolean() })
export const membershipView = z.object({
  tenant: z.object({ id, name: z.string(), slug: z.string(), currency: z.enum(CURRENCIES) }),
  role: z.enum(ROLES),
  scopes: z.array(z.enum(SCOPES)),
})

export const signIn = contract({
  method: 'POST',
  path: '/sessions',
  tag,
  summary: 'Sign in with a login and a password; sets the session cookie',
  who: 'anyone',
  body: z.object({ login, password: z.string().max(128) }),
  output: personView,
  status: 201,
  errors: ['wrong_credentials', 'too_many_requests'],
})

export const signUp = contract({
  method: 'POST',
  path: '/people',
  tag,
  summary: 'Make an account; the guest of the present session, if any, becomes this person',
  who: 'anyone',
  body: z.object({ login, password, name: displayName }),
  output: personView,
  status: 201,
  errors: ['login_taken', 'too_many_requests'],
})

export const signInAsGuest = contract({
  method: 'POST',
  path: '/sessions/guest',
  tag,
  summary: 'Come as a guest; a present session is kept',
  who: 'anyone',
  body: z.object({ name: displayName.optional() }),
  output: personView,
  status: 201,
  errors: ['too_many_requests'],
})

export const signOut = contract({
  method: 'DELETE',
  path: '/sessions/current',
  tag,
  summary: 'End the present session',
  who: 'anyone',
  embed: true,
  output: nothing,
  status: 204,
})

export const me = contract({
  method: 'GET',
  path: '/me',
  tag,
  summary: 'Who is signed in, and in which tenants they work',
  who: 'visitor',
  output: z.object({ person: personView, memberships: z.array(membershipView) }),
})

const tenantParams = z.object({ tenantId: id })
const replayDays = z
  .int()
  .min(0)
  .max(3650)
  .describe('How long replays are kept after a show; 0: shows are not recorded')
const tenantView = z.object({
  id,
  name: z.string(),
  slug: z.string(),
  currency: z.enum(CURRENCIES),
  allowedOrigins: z.array(z.string()),
  replayDays,
})

const PLAIN_ORIGIN = /^(https:\/\/[a-z0-9.-]+|http:\/\/(localhost|127\.0\.0\.1))(:\d{1,5})?$/

/**
 * One exact origin: https, or http on this machine. What comes out is as browsers write it (lower case, punycode, no
 * default port), and goes into a page's policy, so nothing but a plain host gets through.
 */
export const embedOrigin = z
  .string()
  .trim()
  .max(200)
  .transform((value) => {
    const url = URL.canParse(value) ? new URL(value) : null
    return url && /^[^/]*:\/\/[^/?#]*\/?$/.test(value) && !url.username && !url.password ? url.origin : value
  })
  .pipe(z.string().regex(PLAIN_ORIGIN, 'an origin like https://shop.example, without a path'))

export const listTenants = contract({
  method: 'GET',
  path: '/tenants',
  tag: 'Operator',
  summary: 'All tenants of the deployment, newest first',
  who: 'operator',
  query: page,
  output: pageOf(
    tenantView.extend({ platformBps: z.int().describe("The platform's share, in hundredths of a percent") }),
  ),
})

export const createTenant = contract({
  method: 'POST',
  path: '/tenants',
  tag: 'Operator',
  summary: 'Open a tenant (merchant) and make an existing person its owner',
  who: 'operator',
  body: z.object({
    name: title,
    slug: z.string().regex(/^[a-z0-9-]{3,40}$/),
    currency: z.enum(CURRENCIES),
    ownerLogin: login,
  }),
  output: tenantView,
  status: 201,
  errors: ['not_found', 'slug_taken'],
})

export const getTenant = contract({
  method: 'GET',
  path: '/tenants/:tenantId',
  tag,
  summary: 'The tenant',
  who: 'tenant:read',
  params: tenantParams,
  output: tenantView,
})

export const updateTenant = contract({
  method: 'PATCH',
  path: '/tenants/:tenantId',
  tag,
  summary:
    'Change the name of the tenant, the origins on which its player may be embedded, or how long replays are kept',
  who: 'tenant:write',
  params: tenantParams,
  body: z.object({
    name: title.optional(),
    /** All of them; an origin that is left out ends the embeds and the embed sessions there. */
    allowedOrigins: z
      .array(embedOrigin)
      .max(20)
      .transform((origins) => [...new Set(origins)])
      .optional(),
    replayDays: replayDays.optional(),
  }),
  output: tenantView,
})

const memberView = z.object({ personId: id, name: z.string(), role: z.enum(ROLES) })

export const listMembers = contract({
  method: 'GET',
  path: '/tenants/:tenantId/members',
  tag,
  summary: 'Who works for the tenant',
  who: 'members:write',
  params: tenantParams,
  output: z.object({ items: z.array(memberView) }),
})

export const putMember = contract({
  method: 'PUT',
  path: '/tenants/:tenantId/members',
  tag,
  summary: 'Give an existing person a role in the tenant, or another one',
  who: 'members:write',
  params: tenantParams,
  body: z.object({ login, role: z.enum(ROLES) }),
  output: memberView,
  errors: ['not_found', 'last_owner'],
})
