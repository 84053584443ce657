import { dictionary } from '../i18n.ts'

export const tileWords = dictionary({
  en: { muted: 'Muted', away: 'Away for a moment', screenOf: (name: string) => `Screen of ${name}` },
  'zh-CN': { muted: '已静音', away: '对方暂时离开', screenOf: (name) => `${name} 的屏幕` },
})
