import { z } from 'zod'
import { displayName, embedOrigin, personView } from './accounts.ts'
import { contract, id, nothing, timeMs } from './contract.ts'

const tag = 'Embed'

/** 256 random bits or a SHA-256, in base64url. */
const bits256 = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

/** In which show's player, and in a page of which origin. */
const place = { showId: id, origin: embedOrigin.describe('Of the page around the player') }

export const openEmbedSession = contract({
  method: 'POST',
  path: '/embed/sessions',
  tag,
  summary:
    'Open a session for an embedded player, which cannot use the cookie: as a guest, by the code of a popup sign-in, or by an identity token that the merchant signed',
  who: 'anyone',
  embed: true,
  body: z.discriminatedUnion('grant', [
    z.object({ ...place, grant: z.literal('guest') }),
    z.object({ ...place, grant: z.literal('code'), code: bits256, verifier: bits256 }),
    z.object({ ...place, grant: z.literal('identity'), token: z.string().max(4000) }),
  ]),
  output: z.object({
    /** For `Authorization: Bearer`; good for this tenant only, while the origin is among its allowed ones. */
    token: z.string(),
    expiresAt: timeMs,
    person: personView,
  }),
  status: 201,
  errors: ['not_found', 'sign_in_code_invalid', 'identity_invalid', 'too_many_requests'],
})

export const createEmbedCode = contract({
  method: 'POST',
  path: '/embed/codes',
  tag,
  summary:
    'A one-time code with which an embedded player comes as the person who is signed in here (PKCE S256, RFC 7636)',
  who: 'person',
  body: z.object({ ...place, challenge: bits256 }),
  output: z.object({ code: z.string(), expiresAt: timeMs }),
  status: 201,
  errors: ['not_found', 'too_many_requests'],
})

const inTenant = z.object({ tenantId: id })

const keyView = z.object({
  /** The `kid` of tokens. */
  id,
  name: displayName,
  createdAt: timeMs,
  lastUsedAt: timeMs.nullable(),
})

export const listIdentityKeys = contract({
  method: 'GET',
  path: '/tenants/:tenantId/identity-keys',
  tag,
  summary: 'The keys with which the merchant signs who its customers are, without those revoked',
  who: 'tenant:write',
  params: inTenant,
  output: z.object({
    items: z.array(keyView),
    /** What a token must say: `aud` and `iss`. */
    audience: z.string(),
    issuer: z.string(),
  }),
})

export const createIdentityKey = contract({
  method: 'POST',
  path: '/tenants/:tenantId/identity-keys',
  tag,
  summary:
    'Add an Ed25519 key: one’s own public key, or a pair made here whose private half is told once and not kept',
  who: 'tenant:write',
  params: inTenant,
  body: z.object({
    name: displayName,
    publicKey: z.string().trim().max(500).optional().describe('Ed25519, PEM (SPKI)'),
  }),
  output: keyView.extend({
    /** PEM (PKCS #8); null where the key was brought along. */
    privateKey: z.string().nullable(),
  }),
  status: 201,
  errors: ['too_many_keys'],
})

export const revokeIdentityKey = contract({
  method: 'DELETE',
  path: '/tenants/:tenantId/identity-keys/:keyId',
  tag,
  summary: 'Revoke a key; the sessions that it vouched for end at once',
  who: 'tenant:write',
  params: z.object({ tenantId: id, keyId: id }),
  output: nothing,
  status: 204,
})
