import { dictionary } from '../../kit/i18n.ts'

export const replayWords = dictionary({
  en: {
    preparing: 'The replay is being prepared. It starts here by itself.',
    play: 'Play',
    pause: 'Pause',
    again: 'Play again',
    position: 'Position in the replay',
    of: (at: string, total: string) => `${at} of ${total}`,
    speed: (rate: string) => `Speed ${rate}×`,
    soundOn: 'Turn the sound on',
    mute: 'Mute',
    chapters: 'Products of this show',
    chapterAt: (title: string, at: string) => `${title}, at ${at}`,
    trouble: 'The replay does not come through.',
    retry: 'Try again',
  },
  'zh-CN': {
    preparing: '正在生成回放，完成后会自动播放。',
    play: '播放',
    pause: '暂停',
    again: '重新播放',
    position: '回放进度',
    of: (at, total) => `${at} / ${total}`,
    speed: (rate) => `${rate} 倍速`,
    soundOn: '打开声音',
    mute: '静音',
    chapters: '本场商品',
    chapterAt: (title, at) => `${title}，${at}`,
    trouble: '回放加载失败。',
    retry: '重试',
  },
})
