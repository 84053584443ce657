import type { Currency } from '@shelfcast/shared/money.ts'
import { customAlphabet } from 'nanoid'
import type { Limits } from '../config.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Db } from '../kernel/db.ts'
import { Fault } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import { sha256 } from '../kernel/secrets.ts'
import { hashPassword } from './passwords.ts'
import type { PersonView } from './people.ts'

/** 100 bits in letters that nobody mixes up. */
const randomCode = customAlphabet('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 20)
const plain = (code: string): string => code.toUpperCase().replace(/[^0-9A-Z]/g, '')

/** The first operator of a deployment, made with a code that only who reads the server's output knows. */
export function createSetup({
  db: { sql },
  clock,
  limits,
}: {
  db: Db
  clock: Clock
  limits: Limits['accounts']
}) {
  let done = false

  /** Whether there is no operator yet. Once there is one this asks nobody again. */
  async function open(): Promise<boolean> {
    if (done) return false
    const [row] = await sql`select 1 from persons where operator limit 1`
    done = row !== undefined
    return !done
  }

  return {
    open,

    /** A new code to be printed, `XXXXX-XXXXX-XXXXX-XXXXX`; null where there is an operator. */
    async begin(): Promise<string | null> {
      if (!(await open())) return null
      const code = randomCode()
      await sql`delete from setup_codes where expires_at < ${new Date(clock.now())}`
      await sql`
        insert into setup_codes (code_hash, expires_at)
        values (${sha256(code)}, ${new Date(clock.now() + limits.setupCodeMs)})`
      return code.replace(/(.{5})(?=.)/g, '$1-')
    },

    /**
     * Makes the operator and the tenant that they own, all or nothing, once.
     * @throws Fault `not_found` where there is an operator, `setup_code_invalid`, `login_taken`, `slug_taken`
     */
    async finish(input: {
      code: string
      login: string
      password: string
      name: string
      language: 'en' | 'zh-CN'
      tenant: { name: string; slug: string; currency: Currency }
    }): Promise<PersonView> {
      if (!(await open())) throw new Fault('not_found')
      const codeHash = sha256(plain(input.code))
      const [known] = await sql`
        select 1 from setup_codes where code_hash = ${codeHash} and expires_at > ${new Date(clock.now())}`
      if (!known) throw new Fault('setup_code_invalid') // before the costly hash
      const id = newId('per')
      const operator = {
        id,
        login: input.login,
        kind: input.login.includes('@') ? 'email' : 'phone',
        name: input.name,
        language: input.language,
        passwordHash: await hashPassword(input.password),
      }
      const [row] = await sql<
        { refusal: 'not_found' | 'setup_code_invalid' | 'login_taken' | 'slug_taken' | null }[]
      >`
        select first_operator(${codeHash}, ${new Date(clock.now())}, ${JSON.stringify(operator)}::text::jsonb,
          ${JSON.stringify({ id: newId('ten'), ...input.tenant })}::text::jsonb) as refusal`
      if (row?.refusal) throw new Fault(row.refusal)
      done = true
      return { id, name: input.name, guest: false, operator: true }
    },
  }
}
