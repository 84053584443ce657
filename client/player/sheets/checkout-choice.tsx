import type { ShelfItemView } from '@shelfcast/shared/protocol/parts.ts'
import { PriceTag } from '../shop/price-tag.tsx'
import { ProductPicture } from '../shop/product-picture.tsx'
import { Clips } from './clips.tsx'
import { Gallery } from './gallery.tsx'
import { SkuPicker } from './sku-picker.tsx'
import { Stepper } from './stepper.tsx'
import type { Purchase } from './use-purchase.ts'
import { sheetWords } from './words.ts'

/** From here on the bound is no news to a buyer. */
const LIMIT_TOLD_BELOW = 100

/** The product, its option and how many. */
export function CheckoutChoice({ item, purchase }: { item: ShelfItemView; purchase: Purchase }) {
  const t = sheetWords.value
  const max = purchase.quantityMax
  return (
    <>
      <div class="checkout__item">
        <ProductPicture title={item.title} url={item.pictureUrl} />
        <div class="checkout__words">
          <h3 class="checkout__title">{item.title}</h3>
          <PriceTag value={purchase.quote} />
        </div>
      </div>
      <Gallery item={item} />
      <Clips item={item} />
      {item.description && <p class="checkout__description">{item.description}</p>}
      {item.skus.length > 1 && (
        <SkuPicker skus={item.skus} chosen={purchase.sku.id} onChoose={purchase.chooseSku} />
      )}
      <div class="checkout__quantity">
        <span>
          <span class="sheet-section__title">{t.quantity}</span>
          {max < LIMIT_TOLD_BELOW && <span class="checkout__limit numeric">{t.limit(max)}</span>}
        </span>
        <Stepper
          label={t.quantity}
          value={purchase.quote.quantity}
          max={max}
          testId="checkout-quantity"
          onValue={purchase.chooseQuantity}
        />
      </div>
    </>
  )
}
