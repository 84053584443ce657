import { dictionary } from '../i18n.ts'
import './demo-badge.css'

const words = dictionary({
  en: {
    demo: 'Demo',
    film: 'A demo: its host is a film, its viewers follow a script, and no money moves.',
    waits: 'A demo without ffmpeg, so no film plays: go live from the studio to see a picture.',
    waitsShort: 'Demo · waits for a host',
  },
  'zh-CN': {
    demo: '演示',
    film: '这是演示：主播是一段影片，部分观众由脚本扮演，不会产生真实付款。',
    waits: '这是演示，但没有安装 ffmpeg，无法播放影片：请从直播间后台开播。',
    waitsShort: '演示 · 等待主播',
  },
})

/** Says that this is a demo, where the server marked the page so; else nothing. */
export function DemoBadge() {
  const demo = document.documentElement.dataset.demo
  if (!demo) return null
  const t = words.value
  const waits = demo === 'waits'
  return (
    <span class="demo-badge" title={waits ? t.waits : t.film} data-testid="demo-badge">
      {waits ? t.waitsShort : t.demo}
      <span class="visually-hidden">. {waits ? t.waits : t.film}</span>
    </span>
  )
}
