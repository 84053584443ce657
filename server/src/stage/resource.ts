import { Fault } from '../kernel/errors.ts'

/** Resources of WHIP and WHEP name the node that made them: a later request may come to another. */

/** @param own unguessable */
export const resourceId = (own: string, node: string): string => `${own}.${node}`

/**
 * The node that a resource is on. @param isThere whether this node knows that one
 * @throws Fault `not_found` for what is no such id, and where that node is gone
 */
export function nodeOfResource(id: string, isThere: (node: string) => boolean): string {
  const node = /^[\w-]{43}\.(nod_[0-9a-z]{24})$/.exec(id)?.[1]
  if (node === undefined || !isThere(node)) throw new Fault('not_found')
  return node
}
