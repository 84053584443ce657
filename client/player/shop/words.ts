import { dictionary } from '../../kit/i18n.ts'

/** Words of the flash sale's card, which comes with the first sale. */
export const saleWords = dictionary({
  en: {
    flash: 'Flash sale',
    startsIn: 'Starts in',
    endsIn: 'Ends in',
    ready: 'Get ready',
    buy: 'Grab it',
    soldOut: 'All gone',
    ended: 'Sale over',
    limit: (count: number) => `${count} per buyer`,
    left: (count: number) => `${count} left`,
  },
  'zh-CN': {
    flash: '限时秒杀',
    startsIn: '距开始',
    endsIn: '距结束',
    ready: '即将开抢',
    buy: '立即抢',
    soldOut: '已抢光',
    ended: '秒杀结束',
    limit: (count) => `每人限购 ${count} 件`,
    left: (count) => `剩余 ${count} 件`,
  },
})
