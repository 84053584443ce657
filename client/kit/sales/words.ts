import { dictionary } from '../i18n.ts'

/** Words of a flash sale's terms, for who sets them and who narrows them. */
export const termWords = dictionary({
  en: {
    narrow: 'Adjust',
    narrowLabel: (title: string) => `Adjust the sale of ${title}`,
    narrowTitle: 'Adjust this sale',
    narrowText: 'Until it starts, within what the shop allowed.',
    narrowSave: 'Save',
    fromTo: (min: string, max: string) => `From ${min} to ${max}`,
    price: 'Price',
    quantity: 'Quantity',
    limit: 'Per buyer',
    countdown: 'Countdown (s)',
    duration: 'Duration (min)',
  },
  'zh-CN': {
    narrow: '调整',
    narrowLabel: (title) => `调整${title}的秒杀`,
    narrowTitle: '调整这场秒杀',
    narrowText: '开始前可以在店铺设定的范围内调整。',
    narrowSave: '保存',
    fromTo: (min, max) => `${min} 至 ${max}`,
    price: '秒杀价',
    quantity: '数量',
    limit: '每人限购',
    countdown: '倒计时（秒）',
    duration: '时长（分钟）',
  },
})
