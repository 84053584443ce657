import { dictionary } from '../i18n.ts'

/** Words about being counted. */
export const consentWords = dictionary({
  en: {
    title: 'May we count your visit?',
    text: 'What you look at and where you came from helps the shop do better shows. Watching and buying work either way.',
    accept: 'Accept',
    refuse: 'Only necessary',
    more: 'Privacy',
    setting: 'Share usage data',
    failed: 'Not saved. Check your connection and try again.',
  },
  'zh-CN': {
    title: '可以统计你的本次访问吗？',
    text: '浏览的商品和访问来源可帮助商家改进直播。无论如何选择，都能正常观看和购买。',
    accept: '同意',
    refuse: '仅必要',
    more: '隐私说明',
    setting: '共享使用数据',
    failed: '没有保存成功，请检查网络后重试。',
  },
})
