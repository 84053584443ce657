import { dictionary } from '../../kit/i18n.ts'

/** Words of the waiting list, loaded with it. */
export const waitWords = dictionary({
  en: {
    closed: 'All gone, for now',
    hint: 'Unpaid orders give units back.',
    join: 'Tell me if one comes free',
    waiting: 'You are in line',
    ahead: (count: number) => (count === 0 ? 'You are next.' : `${count} before you.`),
    stay: 'Stay here: we tell you at once.',
    leave: 'Leave the line',
    yours: 'It is yours for',
    take: 'Buy now',
    pass: 'No, thanks',
    free: 'One came free. It is set aside for you.',
    lapsed: 'Time ran out. It went to the next in line.',
  },
  'zh-CN': {
    closed: '暂时抢光了',
    hint: '未付款的订单会释放库存。',
    join: '有货通知我',
    waiting: '已在候补队列',
    ahead: (count) => (count === 0 ? '下一位就是你。' : `前面还有 ${count} 人。`),
    stay: '留在直播间，有货马上通知。',
    leave: '退出候补',
    yours: '已为你保留',
    take: '立即购买',
    pass: '不要了',
    free: '有货了，已为你保留 1 件。',
    lapsed: '保留时间已过，已让给下一位。',
  },
})
