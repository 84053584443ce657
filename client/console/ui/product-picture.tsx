import { pictureAt } from '../../kit/ui/picture.ts'
import './product-picture.css'

/** A product's picture; without one, its first letter. Decoration: the title stands beside it. */
export function ProductPicture({ title, url }: { title: string; url: string | null }) {
  if (url) {
    return (
      <img
        class="product-thumb"
        src={pictureAt(url, 320)}
        alt=""
        width={40}
        height={40}
        loading="lazy"
        decoding="async"
      />
    )
  }
  return (
    <span class="product-thumb" aria-hidden="true">
      {Array.from(title)[0]}
    </span>
  )
}
