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

/** An uploaded picture, and what is to be seen on it. */
export interface PictureInput {
  id: string
  alt: string
}

type ProductRow = Omit<ProductView, 'skus' | 'pictureUrl'> & {
  skus: Omit<ProductView['skus'][number], 'stock'>[]
}
type ListQuery = z.output<typeof listProducts.query>

export type Products = ReturnType<typeof createProducts>

const NO_STOCK = { onHand: 0, available: 0, reserved: 0, sold: 0 }

/** Products with their SKUs; every query is a tenant's. A change and what rooms are told of it commit together. */
export function createProducts({ db: { sql }, stock, rooms }: ProductsDeps) {
  const select = sql`
    select p.id, p.title, p.description, p.status,
      coalesce((
        select jsonb_agg(jsonb_build_object('id', m.id, 'url', picture_url(m.storage_key), 'alt', i.alt,
                 'width', m.width, 'height', m.height) order by i.place)
        from product_pictures i join media m on m.tenant_id = i.tenant_id and m.id = i.media_id
        where i.tenant_id = p.tenant_id and i.product_id = p.id), '[]') as pictures,
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
    return rows.map((row) => ({
      ...row,
      pictureUrl: row.pictures[0]?.url ?? null,
      skus: row.skus.map((sku) => ({ ...sku, stock: levels.get(sku.id) ?? NO_STOCK })),
    }))
  }

  /** By title or by the code of a SKU, in any case and any part of it. */
  const matches = (pattern: string) => sql`and (p.title ilike ${pattern} or exists (
    select from skus s where s.tenant_id = p.tenant_id and s.product_id = p.id and s.code ilike ${pattern}))`

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
          ${query.q ? matches(`%${escapeLike(query.q)}%`) : sql``}
        order by p.id desc limit ${query.limit + 1}`
      const { items, next } = pageOf(rows, query.limit)
      return { items: await withStock(tenantId, items), next }
    },

    /** @throws Fault `invalid_input` when two SKUs have one code, or for a picture that is not there */
    async create(
      tenantId: string,
      input: {
        title: string
        description: string
        status: ProductView['status']
        skus: readonly SkuInput[]
        pictures?: readonly PictureInput[]
      },
    ): Promise<ProductView> {
      if (new Set(input.skus.map((sku) => sku.code)).size < input.skus.length) throw duplicateCode()
      const id = newId('prd')
      const product = { ...input, id, skus: withIds(input.skus), pictures: asJson(input.pictures ?? []) }
      await sql`select create_product(${tenantId}, ${sql.json(product)})`.catch(refuseUnknownPicture)
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

    /** Sets the pictures in order; the first is the cover. @throws Fault `invalid_input` for one that is not there */
    async putPictures(
      tenantId: string,
      productId: string,
      pictures: readonly PictureInput[],
    ): Promise<ProductView> {
      const [row] = await sql<{ news: News | null }[]>`
        select change_product_pictures(${tenantId}, ${productId}, ${sql.json(asJson(pictures))}) as news`.catch(
        refuseUnknownPicture,
      )
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

const asJson = (pictures: readonly PictureInput[]) => pictures.map(({ id, alt }) => ({ id, alt }))

const withIds = (inputs: readonly SkuInput[]) => inputs.map((input) => ({ ...input, id: newId('sku') }))

const duplicateCode = (): Fault =>
  new Fault('invalid_input', { issues: [{ path: 'skus.code', message: 'each code once in a product' }] })

/** Turns a violated unique code into a refusal; every other error goes on as it is. */
function refuseDuplicate(error: unknown): never {
  throw violatedConstraint(error) === 'skus_code' ? duplicateCode() : error
}

/** A picture that is not the tenant's, or that was swept because nothing showed it. */
function refuseUnknownPicture(error: unknown): never {
  if (violatedConstraint(error) !== 'product_pictures_media_fk') throw error
  throw new Fault('invalid_input', {
    issues: [{ path: 'pictures', message: 'uploaded pictures of the tenant' }],
  })
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, (char) => `\\${char}`)
