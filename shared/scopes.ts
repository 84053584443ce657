/**
 * What a role in a tenant may do. A route declares one scope; a role, and later an OAuth app, is a set of them.
 */
export const SCOPES = [
  'tenant:read',
  'tenant:write',
  'members:write',
  'catalog:read',
  'catalog:write',
  'stock:write',
  'shows:read',
  'shows:write',
  'stage:host',
  'desk:run',
  'sales:write',
  'chat:moderate',
  'orders:read',
  'orders:write',
  'earnings:read',
  'payouts:read',
  'payouts:write',
] as const

export type Scope = (typeof SCOPES)[number]

export const ROLES = ['owner', 'manager', 'host', 'moderator', 'support'] as const
export type Role = (typeof ROLES)[number]

const READ: Scope[] = ['tenant:read', 'catalog:read', 'shows:read']

const OWNERS_ALONE: Scope[] = ['members:write', 'tenant:write', 'payouts:write']

export const ROLE_SCOPES: Record<Role, readonly Scope[]> = {
  owner: SCOPES,
  manager: SCOPES.filter((scope) => !OWNERS_ALONE.includes(scope)),
  host: [...READ, 'stage:host', 'desk:run', 'chat:moderate', 'earnings:read'],
  moderator: [...READ, 'chat:moderate'],
  support: [...READ, 'orders:read', 'orders:write'],
}
