import type { ProductView } from '@shelfcast/shared/api/catalog.ts'
import type { Tone } from '../ui/pill.tsx'

export type ProductStatus = ProductView['status']

export const PRODUCT_TONES: Record<ProductStatus, Tone> = { draft: 'wait', active: 'good', archived: 'plain' }

export const isProductStatus = (text: string): text is ProductStatus => Object.hasOwn(PRODUCT_TONES, text)
