import { generate } from 'lean-qr'
import { useEffect, useRef } from 'preact/hooks'
import { Button } from '../../kit/ui/button.tsx'
import { Sheet } from '../../kit/ui/sheet.tsx'
import { usePlayer } from '../context.ts'
import { linkTo, share } from '../share.ts'
import './qr-sheet.css'
import { useSheet } from './use-sheet.ts'
import { sheetWords } from './words.ts'

/** The show's public page as a QR code, to go on watching on a phone or to show to somebody. */
export function QrSheet() {
  const { showId, state } = usePlayer()
  const { close } = useSheet()
  const t = sheetWords.value
  const canvas = useRef<HTMLCanvasElement>(null)
  const url = linkTo(showId)
  useEffect(() => {
    // Black on white whatever the theme: that is what cameras read.
    if (canvas.current)
      generate(url).toCanvas(canvas.current, { on: [0, 0, 0, 255], off: [255, 255, 255, 255] })
  }, [url])
  return (
    <Sheet title={t.qrCode} onClose={close} testId="qr-sheet">
      <div class="qr">
        <canvas ref={canvas} class="qr__code" role="img" aria-label={t.qrLabel} data-testid="qr-code" />
        <p class="qr__link">{url}</p>
        <Button icon="share" onClick={() => void share(showId, state.visit.value?.show.title)}>
          {t.shareLink}
        </Button>
      </div>
    </Sheet>
  )
}
