import * as api from '@shelfcast/shared/api/catalog.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { Products } from './products.ts'

interface Deps {
  products: Products
  /** Changes stock by hand; answers the new levels. */
  adjustStock(input: {
    tenantId: string
    skuId: string
    delta: number
    note: string
    personId: string
  }): Promise<{
    onHand: number
    available: number
    reserved: number
    sold: number
  }>
}

export const catalogRoutes = ({ products, adjustStock }: Deps): Route[] => [
  handle(api.listProducts, ({ params, query }) => products.list(params.tenantId, query)),
  handle(api.createProduct, ({ params, body }) => products.create(params.tenantId, body)),
  handle(api.getProduct, ({ params }) => products.get(params.tenantId, params.productId)),
  handle(api.updateProduct, ({ params, body }) => products.update(params.tenantId, params.productId, body)),
  handle(api.putPictures, ({ params, body }) =>
    products.putPictures(params.tenantId, params.productId, body.pictures),
  ),
  handle(api.addSku, ({ params, body }) => products.addSku(params.tenantId, params.productId, body)),
  handle(api.updateSku, ({ params, body }) => products.updateSku(params.tenantId, params.skuId, body)),
  handle(api.adjustStock, ({ params, body, actor }) =>
    adjustStock({ ...params, ...body, personId: actor.personId }),
  ),
]
