import { dictionary } from '../i18n.ts'

export const tileWords = dictionary({
  en: { muted: 'Muted', screenOf: (name: string) => `Screen of ${name}` },
  'zh-CN': { muted: '已静音', screenOf: (name) => `${name} 的屏幕` },
})
