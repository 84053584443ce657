import { dictionary } from '../i18n.ts'

export const battleWords = dictionary({
  en: {
    pk: 'PK',
    label: (own: string, rival: string) => `PK: “${own}” against “${rival}”`,
    own: 'Our side',
    rival: 'Other side',
    coins: (count: string) => `${count} coins`,
    endsIn: 'Ends in',
    won: 'Win',
    lost: 'Loss',
    draw: 'Draw',
    supporters: 'Top supporters',
    noSupporters: 'Be the first to send a gift',
    // Under the result, where it was not the time that ended it
    quit: {
      given_up: { own: 'We gave up', rival: 'They gave up' },
      show_ended: { own: 'Our show ended', rival: 'Their show ended' },
    },
    // For screen readers
    begun: (rival: string) => `PK with “${rival}” has begun. Gifts count for this show.`,
    over: {
      won: (own: string, rival: string) => `PK is over: this show won, ${own} to ${rival}`,
      lost: (own: string, rival: string) => `PK is over: this show lost, ${own} to ${rival}`,
      draw: (own: string, rival: string) => `PK is over: a draw, ${own} to ${rival}`,
    },
  },
  'zh-CN': {
    pk: 'PK',
    label: (own, rival) => `PK：「${own}」对「${rival}」`,
    own: '我方',
    rival: '对方',
    coins: (count) => `${count} 金币`,
    endsIn: '剩余',
    won: '胜利',
    lost: '失败',
    draw: '平局',
    supporters: '贡献榜',
    noSupporters: '送出第一份礼物助力',
    quit: {
      given_up: { own: '我方认输', rival: '对方认输' },
      show_ended: { own: '我方直播结束', rival: '对方直播结束' },
    },
    begun: (rival) => `与「${rival}」的 PK 开始，礼物为本场直播助力`,
    over: {
      won: (own, rival) => `PK 结束：我方胜利，${own} 比 ${rival}`,
      lost: (own, rival) => `PK 结束：我方失败，${own} 比 ${rival}`,
      draw: (own, rival) => `PK 结束：平局，${own} 比 ${rival}`,
    },
  },
})
