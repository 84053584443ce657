import type { listProducts, ProductView } from '@shelfcast/shared/api/catalog.ts'
import type { z } from 'zod'
import type { Db } from '../kernel/db.ts'
import { violatedConstraint } from '../kernel/db.ts'
import { Fault, found } from '../kernel/errors.ts'
import { newId } from '../kernel/ids.ts'

/** What the catalog asks of the stock domain. */
export interface StockLevels {
  levels(
    tenantId: string,
    skuIds: readonly string[],
  ): Promise<Map<string, ProductView['skus'][number]['stock']>>
  create(tenantId: string, skuId: string, units: number): Promise<void>
}

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

/** Products with their SKUs; every query is a tenant's. */
export function createProducts({ db: { sql }, stock }: { db: Db; stock: StockLevels }) {
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

  async function insertSkus(tenantId: string, productId: string, inputs: readonly SkuInput[]): Promise<void> {
    const rows = inputs.map((input) => ({ id: newId('sku'), ...input }))
    try {
      await sql`
        insert into skus (tenant_id, id, product_id, code, options, price_minor, per_buyer_limit, place)
        select ${tenantId}, r.id, ${productId}, r.code, r.options, r."priceMinor", r."perBuyerLimit",
          (select count(*) from skus where tenant_id = ${tenantId} and product_id = ${productId}) + row_number() over ()
        from jsonb_to_recordset(${sql.json(rows)})
          as r(id text, code text, options jsonb, "priceMinor" bigint, "perBuyerLimit" int)`
    } catch (error) {
      throw duplicateCode(error)
    }
    for (const row of rows) await stock.create(tenantId, row.id, row.stock)
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
      const page = rows.slice(0, query.limit)
      const next = rows.length > query.limit ? page.at(-1)!.id : null
      return { items: await withStock(tenantId, page), next }
    },

    /** @throws Fault `invalid_input` when two SKUs have one code */
    async create(
      tenantId: string,
      input: { title: string; description: string; status: ProductView['status']; skus: readonly SkuInput[] },
    ): Promise<ProductView> {
      if (new Set(input.skus.map((sku) => sku.code)).size < input.skus.length) throw duplicateCode(null)
      const id = newId('prd')
      await sql`
        insert into products (tenant_id, id, title, description, status)
        values (${tenantId}, ${id}, ${input.title}, ${input.description}, ${input.status})`
      await insertSkus(tenantId, id, input.skus)
      return get(tenantId, id)
    },

    async update(
      tenantId: string,
      productId: string,
      change: { title?: string | undefined; description?: string | undefined; status?: string | undefined },
    ): Promise<ProductView> {
      await sql`
        update products set
          title = coalesce(${change.title ?? null}, title),
          description = coalesce(${change.description ?? null}, description),
          status = coalesce(${change.status ?? null}, status)
        where tenant_id = ${tenantId} and id = ${productId}`
      return get(tenantId, productId)
    },

    async addSku(tenantId: string, productId: string, input: SkuInput): Promise<ProductView> {
      await get(tenantId, productId)
      await insertSkus(tenantId, productId, [input])
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
      const [row] = await sql<{ productId: string }[]>`
        update skus set
          code = coalesce(${change.code ?? null}, code),
          price_minor = coalesce(${change.priceMinor ?? null}, price_minor),
          per_buyer_limit = case when ${change.perBuyerLimit === undefined}
            then per_buyer_limit else ${change.perBuyerLimit ?? null}::int end
        where tenant_id = ${tenantId} and id = ${skuId}
        returning product_id as "productId"`.catch((error: unknown) => {
        throw duplicateCode(error)
      })
      return get(tenantId, found(row).productId)
    },

    /** @throws Fault `not_found` unless the SKU is the tenant's */
    async assertSku(tenantId: string, skuId: string): Promise<void> {
      const [row] = await sql`select 1 from skus where tenant_id = ${tenantId} and id = ${skuId}`
      found(row)
    },
  }
}

/** Turns a violated unique code into a refusal; hands back every other error as it is. */
function duplicateCode(error: unknown): unknown {
  if (error !== null && violatedConstraint(error) !== 'skus_code') return error
  return new Fault('invalid_input', {
    issues: [{ path: 'skus.code', message: 'each code once in a product' }],
  })
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, (char) => `\\${char}`)
