import type { addAddress, listAddresses } from '@shelfcast/shared/api/account.ts'
import type { z } from 'zod'
import type { Limits } from '../config.ts'
import type { Db } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'

type AddressInput = z.output<typeof addAddress.body>
export type SavedAddress = z.output<typeof listAddresses.output>['items'][number]

/** Address books. What a person saved as a guest is theirs after they signed in. */
export function createAddresses({ db: { sql }, limits }: { db: Db; limits: Limits['buyers'] }) {
  const columns = sql`id, name, phone, country, region, city, street, postcode, is_default as "isDefault"`

  async function one(personId: string, id: string): Promise<SavedAddress> {
    const [row] = await sql<SavedAddress[]>`
      select ${columns} from addresses where id = ${id} and person_id in (select person_ids(${personId}))`
    return found(row)
  }

  /** `save_address` in migrations/: one default a book, the first address is it, and no more than the limit. */
  async function save(
    personId: string,
    id: string,
    isNew: boolean,
    input: AddressInput,
  ): Promise<SavedAddress> {
    const [row] = await sql<{ refusal: 'not_found' | 'too_many_addresses' | null }[]>`
      select save_address(${personId}, ${id}, ${isNew}, ${JSON.stringify(input)}::text::jsonb, ${limits.addressesMax}) as refusal`
    if (row?.refusal) throw new Fault(row.refusal)
    return one(personId, id)
  }

  return {
    /** The default first, then the newest. */
    async list(personId: string): Promise<SavedAddress[]> {
      return sql<SavedAddress[]>`
        select ${columns} from addresses where person_id in (select person_ids(${personId}))
        order by is_default desc, id desc limit ${limits.addressesMax * 2}`
    },

    /** @throws Fault `too_many_addresses` */
    add: (personId: string, input: AddressInput) => save(personId, newId('adr'), true, input),

    /** @throws Fault `not_found` */
    change: (personId: string, id: string, input: AddressInput) => save(personId, id, false, input),

    /** The newest that is left becomes the default where that one goes. @throws Fault `not_found` */
    async remove(personId: string, id: string): Promise<void> {
      const [row] = await sql<{ done: boolean }[]>`select remove_address(${personId}, ${id}) as done`
      if (!row?.done) throw new Fault('not_found')
    },
  }
}
