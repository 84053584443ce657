import { pictureAt } from '../../kit/ui/picture.ts'
import './product-picture.css'

const TINTS = 6

/** A product's picture; without one, its first letter on a tint of its own. Decoration: the title stands beside it. */
export function ProductPicture({ title, url }: { title: string; url: string | null }) {
  if (url) {
    const src = pictureAt(url, 320)
    return (
      <img
        key={src}
        class="product-picture"
        src={src}
        alt=""
        width={64}
        height={64}
        loading="lazy"
        decoding="async"
      />
    )
  }
  return (
    <span class={`product-picture product-picture--${tintOf(title)}`} aria-hidden="true">
      {Array.from(title)[0]}
    </span>
  )
}

function tintOf(title: string): number {
  let hash = 0
  for (const letter of title) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 65_521
  return hash % TINTS
}
