import { dictionary } from '../i18n.ts'
import { Button } from './button.tsx'
import { toast } from './toast.tsx'

const words = dictionary({
  en: {
    copy: 'Copy',
    copyLabel: (what: string) => `Copy: ${what}`,
    copied: 'Copied',
    copyByHand: 'The browser allows no copying here. Select the text by hand.',
  },
  'zh-CN': {
    copy: '复制',
    copyLabel: (what) => `复制：${what}`,
    copied: '已复制',
    copyByHand: '浏览器不允许在此复制，请手动选择文字。',
  },
})

/** Copies a text that stands beside it. @param of what it is, for who cannot see where the button stands */
export function CopyButton({ text, of }: { text: string; of: string }) {
  const t = words.value
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      toast(t.copied)
    } catch {
      toast(t.copyByHand, 'bad') // plain http has no clipboard
    }
  }
  return (
    <Button look="plain" size="small" onClick={() => void copy()} aria-label={t.copyLabel(of)}>
      {t.copy}
    </Button>
  )
}
