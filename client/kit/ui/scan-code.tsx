import { useEffect, useRef } from 'preact/hooks'
import { payWords } from './pay-words.ts'
import './scan-code.css'

/** A code that the buyer reads with the provider's app. What draws it is fetched when it is first needed. */
export function ScanCode({ code }: { code: string }) {
  const t = payWords.value
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    let gone = false
    void import('lean-qr').then(({ generate }) => {
      if (!gone && canvas.current) generate(code).toCanvas(canvas.current)
    })
    return () => {
      gone = true
    }
  }, [code])
  return (
    <figure class="scan-code" data-testid="scan-code">
      <canvas ref={canvas} class="scan-code__canvas" role="img" aria-label={t.scanCode} />
      <figcaption>{t.scanToPay}</figcaption>
    </figure>
  )
}
