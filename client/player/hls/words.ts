import { dictionary } from '../../kit/i18n.ts'

export const hlsWords = dictionary({
  en: { behind: 'Compatible mode, a few seconds behind' },
  'zh-CN': { behind: '兼容模式，画面约有几秒延迟' },
})
