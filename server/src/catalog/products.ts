import type { listProducts, ProductView } from '@shelfcast/shared/api/catalog.ts'
import type { DownOf } from '@shelfcast/shared/protocol/down.ts'
import type { z } from 'zod'
import type { Db } from '../kernel/db.ts'
import { violatedConstraint } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'
import { pageOf } from '../kernel/page.ts'
import type { Rooms } from '../rooms/index.ts'

interface ProductsDeps {
  db: Db
  stock: {
    levels(
      tenantId: string,
      skuIds: readonly string[],
    ): Promise<Map<string, ProductView['skus'][number]['stock']>>
  }
  rooms: Pick<Rooms, 'publish'>
}

/** What rooms are told of a product that changed, as the SQL function `tell_shelves` answers it. */
type News = { showId: string; event: DownOf<'state'> }[]

export interface SkuInput {
  code: string
  options: Record<string, string>
  priceMinor: number
  perBuyerLimit: number | null
  stock: number
}

type ProductRow = Omit<ProductView, 'skus' | 'pictureUrl'> & {
  picture: string | null
  skus: Omit<ProductView['skus'][number], 'stock'>[]
}
type ListQuery = z.output<typeof listProducts.query>

export type Products = ReturnType<typeof createProducts>

const NO_STOCK = { onHand: 0, available: 0, reserved: 0, sold: 0 }

/** Products with their SKUs; every query is a tenant's. A change and what rooms are told of it commit together. */
export function createProducts({ db: { sql }, stock, rooms }: ProductsDeps) {
  const select = sql`
    select p.id, p.title, p.description, p.status,
      (select m.storage_key from media m where m.tenant_id = p.tenant_id and m.product_id = p.id order by m.place limit 1) as picture,
      coalesce((
        select jsonb_agg(jsonb_build_object('id', s.id, 'code', s.code, 'options', s.options,
                 'priceMinor', s.price_minor, 'perBuyerLimit', s.per_buyer_limit) order by s.place, s.id)
        from skus s where s.tenant_id = p.tenant_id and s.product_id = p.id), '[]') as skus
    from products p`

  async function withStock(tenantId: string, rows: ProductRow[]): Promise<ProductView[]> {
    const levels = await stock.levels(
      tenantId,
      rows.flatMap((row) => row.skus.map((sku) => sku.id)),
    )
    return rows.map(({ picture, ...row }) => ({
      ...row,
      pictureUrl: picture && `/media/${picture}`,
      skus: row.skus.map((sku) => ({ ...sku, stock: levels.get(sku.id) ?? NO_STOCK })),
    }))
  }

  async function get(tenantId: string, productId: string): Promise<ProductView> {
    const rows = await sql<ProductRow[]>`${select} where p.tenant_id = ${tenantId} and p.id = ${productId}`
    const [product] = await withStock(tenantId, rows)
    return found(product)
  }

  function publish(news: News): void {
    for (const { showId, event } of news) rooms.publish(showId, event)
  }

  return {
    get,

    async list(tenantId: string, query: ListQuery): Promise<{ items: ProductView[]; next: string | null }> {
      const rows = await sql<ProductRow[]>`
        ${select} where p.tenant_id = ${tenantId}
          ${query.after ? sql`and p.id < ${query.after}` : sql``}
          ${query.status ? sql`and p.status = ${query.status}` : sql``}
          ${query.q ? sql`and p.title ilike ${`%${escapeLike(query.q)}%`}` : sql``}
        order by p.id desc limit ${query.limit + 1}`
      const { items, next } = pageOf(rows, query.limit)
      return { items: await withStock(tenantId, items), next }
    },

    /** @throws Fault `invalid_input` when two SKUs have one code */
    async create(
      tenantId: string,
      input: { title: string; description: string; status: ProductView['status']; skus: readonly SkuInput[] },
    ): Promise<ProductView> {
      if (new Set(input.skus.map((sku) => sku.code)).size < input.skus.length) throw duplicateCode()
      const id = newId('prd')
      const product = { ...input, id, skus: withIds(input.skus) }
      await sql`select create_product(${tenantId}, ${sql.json(product)})`
      return get(tenantId, id)
    },

    async update(
      tenantId: string,
      productId: string,
      change: { title?: string | undefined; description?: string | undefined; status?: string | undefined },
    ): Promise<ProductView> {
      const [row] = await sql<{ news: News | null }[]>`
        select change_product(${tenantId}, ${productId}, ${sql.json(change)}) as news`
      publish(found(row!.news))
      return get(tenantId, productId)
    },

    async addSku(tenantId: string, productId: string, input: SkuInput): Promise<ProductView> {
      await get(tenantId, productId)
      const [row] = await sql<{ news: News }[]>`
        select add_skus(${tenantId}, ${productId}, ${sql.json(withIds([input]))}) as news`.catch(
        refuseDuplicate,
      )
      publish(row!.news)
      return get(tenantId, productId)
    },

    async updateSku(
      tenantId: string,
      skuId: string,
      change: {
        code?: string | undefined
        priceMinor?: number | undefined
        perBuyerLimit?: number | null | undefined
      },
    ): Promise<ProductView> {
      const [row] = await sql<{ changed: { productId: string; news: News } | null }[]>`
        select change_sku(${tenantId}, ${skuId}, ${sql.json(change)}) as changed`.catch(refuseDuplicate)
      const { productId, news } = found(row!.changed)
      publish(news)
      return get(tenantId, productId)
    },
  }
}

const withIds = (inputs: readonly SkuInput[]) => inputs.map((input) => ({ ...input, id: newId('sku') }))

const duplicateCode = (): Fault =>
  new Fault('invalid_input', { issues: [{ path: 'skus.code', message: 'each code once in a product' }] })

/** Turns a violated unique code into a refusal; every other error goes on as it is. */
function refuseDuplicate(error: unknown): never {
  throw violatedConstraint(error) === 'skus_code' ? duplicateCode() : error
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, (char) => `\\${char}`)
