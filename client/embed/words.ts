import { dictionary } from '../kit/i18n.ts'

/** Words of the windows that an embedded player opens. */
export const embedWords = dictionary({
  en: {
    loading: 'Loading',
    tryAgain: 'Try again',
    close: 'Close window',
    nothing: 'Nothing to do here',
    nothingText: 'This window is opened by a player on another site. Go back there and try again.',
    lost: 'The player cannot be reached',
    lostText:
      'The site around the player keeps its windows apart, so this cannot be handed over. Watch on the show’s own page instead.',
    openShow: 'Open the show',

    signInTitle: 'Sign in to the player',
    signInText: (host: string) =>
      `The player on ${host} will know you by your name, and can order for you there.`,
    continueAs: (name: string) => `Continue as ${name}`,
    otherAccount: 'Use another account',
    coinsStay: 'It cannot spend your coins.',

    walletTitle: 'Confirm your gift',
    walletSignIn: 'Gifts are sent from your own account. Sign in to go on.',
    to: (shop: string) => `to ${shop}`,
    after: 'Left afterwards',
    send: (coins: string) => `Send for ${coins} coins`,
    short: (count: string) => `You need ${count} more coins.`,
    notLive: 'Gifts can be sent while the show is live.',
    sent: 'Sent. Thank you!',
    signedInAs: (name: string) => `Signed in as ${name}`,
  },
  'zh-CN': {
    loading: '加载中',
    tryAgain: '重试',
    close: '关闭窗口',
    nothing: '这里没有需要处理的事',
    nothingText: '此窗口由其他网站上的播放器打开，请回到那里重试。',
    lost: '无法连接到播放器',
    lostText: '播放器所在的网站隔离了它的窗口，结果无法传回。请改在直播自己的页面观看。',
    openShow: '打开直播',

    signInTitle: '登录播放器',
    signInText: (host) => `${host} 上的播放器将显示你的昵称，并可以在那里为你下单。`,
    continueAs: (name) => `以 ${name} 的身份继续`,
    otherAccount: '使用其他账号',
    coinsStay: '它不能使用你的金币。',

    walletTitle: '确认送出礼物',
    walletSignIn: '礼物由你自己的账号送出，请先登录。',
    to: (shop) => `送给 ${shop}`,
    after: '送出后剩余',
    send: (coins) => `赠送（${coins} 金币）`,
    short: (count) => `还差 ${count} 金币。`,
    notLive: '直播进行时才能送礼物。',
    sent: '已送出，谢谢！',
    signedInAs: (name) => `已登录：${name}`,
  },
})
