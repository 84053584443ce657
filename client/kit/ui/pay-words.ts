import { dictionary } from '../i18n.ts'

/** Words of paying at a provider, and of the coins that are bought there. */
export const payWords = dictionary({
  en: {
    openPayPage: 'Open the payment page',
    scanCode: 'QR code of the payment',
    scanToPay: 'Scan with WeChat to pay. This page notices by itself.',
    noProviders: 'This shop takes no payments here yet.',
    payNow: (amount: string) => `Pay ${amount}`,
    packs: 'Buy coins',
    coins: (count: number) => (count === 1 ? '1 coin' : `${count} coins`),
    wallet: 'Your coins',
    waitingForCoins: 'Waiting for the payment…',
    coinsArrived: 'Your coins have arrived.',
    gifts: { heart: 'Heart', flower: 'Flower', rocket: 'Rocket', crown: 'Crown' },
    providers: { sandbox: 'Sandbox (test payment)', stripe: 'Card', alipay: 'Alipay', wechat: 'WeChat Pay' },
  },
  'zh-CN': {
    openPayPage: '打开支付页面',
    scanCode: '付款二维码',
    scanToPay: '请用微信扫码支付，付款后本页会自动更新。',
    noProviders: '该店铺暂未开通支付。',
    payNow: (amount) => `支付 ${amount}`,
    packs: '购买金币',
    coins: (count) => `${count} 金币`,
    wallet: '我的金币',
    waitingForCoins: '等待付款…',
    coinsArrived: '金币已到账。',
    gifts: { heart: '爱心', flower: '鲜花', rocket: '火箭', crown: '皇冠' },
    providers: { sandbox: '沙盒支付（测试）', stripe: '银行卡', alipay: '支付宝', wechat: '微信支付' },
  },
})
