import { computed } from '@preact/signals'
import { type Language, language } from '../../kit/i18n.ts'

interface Part {
  title: string
  points: readonly string[]
}

/** Kept true to the tables: what is added to a table about people is added here. */
const PARTS: Record<Language, readonly Part[]> = {
  en: [
    {
      title: 'What is kept about you',
      points: [
        'Your account: display name, e-mail address or phone number, a hash of your password (argon2id, never the password itself), and the language of your mails.',
        'Your sessions: when you signed in, with which browser and system, and until when. Of the session itself only a hash is kept.',
        'If you accepted an invitation to a show’s stage: which show, when, and the name you gave yourself there.',
        'If you host shows with an encoder: when your stream key was made and last used. Of the key itself only a hash is kept.',
        'Your orders and payments: what you bought, the address it goes to, what was paid and through which provider. Card numbers never reach this server.',
        'Your address book, the coins in your wallet, the tips you gave, the shows you want to be reminded of and your places on waiting lists.',
        'If you host shows: your shares of their orders and tips, and the payouts you asked for.',
        'What you said in the chat of a show, with the name you had.',
        'With your consent, and only then: what you did in shows (seen, time watched, likes, products opened or put into the bag) and where your visits came from. Orders, payments and tips are counted for the shop as well.',
        'Where a visit that led to an order came from, such as a campaign or the page with the link.',
      ],
    },
    {
      title: 'What is kept on your device',
      points: [
        'One cookie, `sid`, keeps you signed in. Another, `did`, is a random number by which orders that come too fast from one browser are refused; nothing else is done with it. There is no cookie for advertising or for other companies.',
        'The last delivery address, your language and a few settings of the player, in your browser’s storage.',
      ],
    },
    {
      title: 'Who sees it',
      points: [
        'The shop you order from sees your name, your order and as much of your address as the role of its staff allows.',
        'Everyone in a show sees your display name beside what you say and tip.',
        'The payment provider you choose gets the amount and an order number. Mails go through the mail server of whoever runs this site.',
      ],
    },
    {
      title: 'How long',
      points: [
        'Sessions end after 30 days, links in mails after 30 minutes.',
        'Orders and bookings stay as long as the law asks shops to keep them. After you delete your account they stay without name, phone and address.',
        'Everything else stays until you delete it or your account.',
      ],
    },
    {
      title: 'What you can do',
      points: [
        'See and change your data on your account pages, and download all of it as one file.',
        'Delete your account. Everything that is yours alone goes at once.',
        'Give or take back your consent at any time, under My data; it counts from then on.',
      ],
    },
  ],
  'zh-CN': [
    {
      title: '我们保存哪些信息',
      points: [
        '账号：昵称、邮箱或手机号、密码的哈希值（argon2id，不保存密码原文），以及接收邮件的语言。',
        '登录记录：登录时间、所用浏览器和系统、有效期。会话本身只保存哈希值。',
        '如果你接受过直播连麦邀请：哪场直播、何时接受，以及你在台上用的名字。',
        '如果你用推流软件开播：推流密钥的生成时间和最近使用时间。密钥本身只保存哈希值。',
        '订单与付款：购买的商品、收货地址、付款金额和支付渠道。银行卡号不会经过本服务器。',
        '地址簿、钱包里的金币、送出的礼物、预约提醒的直播，以及候补名额。',
        '如果你是主播：订单和打赏的分成，以及你申请的提现。',
        '你在直播间的发言和当时的昵称。',
        '经你同意才会记录：你在直播间的行为（观看、停留时长、点赞、查看或加购商品）和访问来源。订单、付款和礼物也会计入商家的统计。',
        '带来订单的访问来源，例如推广活动或链接所在的页面。',
      ],
    },
    {
      title: '保存在你设备上的内容',
      points: [
        '名为 `sid` 的 Cookie 用于保持登录；名为 `did` 的 Cookie 是一个随机数，只用于拦截同一浏览器过快的下单，不作他用。没有广告或第三方 Cookie。',
        '最近一次的收货地址、语言和播放器设置，保存在浏览器本地。',
      ],
    },
    {
      title: '谁能看到',
      points: [
        '你下单的商家能看到你的昵称、订单，以及其员工角色所允许的部分地址信息。',
        '直播间里的所有人能看到你发言和送礼时的昵称。',
        '你选择的支付渠道会收到金额和订单号。邮件由本站运营者的邮件服务器发送。',
      ],
    },
    {
      title: '保存多久',
      points: [
        '登录会话 30 天后失效，邮件中的链接 30 分钟后失效。',
        '订单和账目按法律对商家的要求保存；注销账号后，其中的姓名、电话和地址会被清除。',
        '其他内容一直保存，直到你删除它或注销账号。',
      ],
    },
    {
      title: '你的权利',
      points: [
        '在账号页面查看和修改自己的信息，并可下载全部数据。',
        '注销账号：只属于你的内容会立即删除。',
        '随时在“我的数据”中同意或撤回，之后的行为按新的选择处理。',
      ],
    },
  ],
}

export const privacyText = computed(() => PARTS[language.value])
