import type { Contract } from '@shelfcast/shared/api/contract.ts'
import { z } from 'zod'
import type { Actor } from '../../kernel/actor.ts'
import { Fault } from '../../kernel/errors.ts'

/** Whose a thing is, by the name under which requests tell its id; null for one that does not exist. */
export type TenantOf = Readonly<Record<string, (id: string, personId: string) => Promise<string | null>>>

/**
 * An embedded player's session reaches one merchant's things only. Here and not in the handlers, so that no new route
 * can forget it.
 * @throws Fault `not_found` for what another merchant has, as for what nobody has
 */
export async function confine(
  { embed, personId }: Actor,
  inputs: readonly unknown[],
  tenantOf: TenantOf,
): Promise<void> {
  if (!embed) return
  for (const [name, id] of inputs.flatMap((input) => Object.entries(input ?? {}))) {
    const find = tenantOf[name]
    if (find && (await find(z.string().parse(id), personId)) !== embed.tenantId) throw new Fault('not_found')
  }
}

/** @throws an Error that names a route open to embeds with an id whose merchant the edge could not tell */
export function assertConfinable(contract: Contract, tenantOf: TenantOf): void {
  if (!contract.embed) return
  const ofPath = [...contract.path.matchAll(/:(\w+)/g)].map((match) => match[1]!)
  const ofBody = contract.body instanceof z.ZodObject ? Object.keys(contract.body.shape) : []
  const unknown = [...ofPath, ...ofBody.filter((name) => name.endsWith('Id'))].filter(
    (name) => !(name in tenantOf),
  )
  if (unknown.length > 0) {
    const route = `${contract.method} ${contract.path}`
    throw new Error(
      `${route} is open to embeds, but nothing tells whose ${unknown.join(', ')} is (app.ts, tenantOf)`,
    )
  }
}
