import { dictionary } from '../i18n.ts'

/** Words of what buyers do with an order of theirs. */
export const ownOrderWords = dictionary({
  en: {
    received: 'I have received it',
    receivedSure: 'Everything has come and is all right? The order is completed then.',
    receivedYes: 'Yes, it has come',
    notYet: 'Not yet',
    changeAddress: 'Change address',
    regionFixed: 'Country and region stay: delivery was priced for them.',
    saveAddress: 'Save address',
    keepAddress: 'Leave it',
  },
  'zh-CN': {
    received: '确认收货',
    receivedSure: '商品都收到了吗？确认后订单完成。',
    receivedYes: '都收到了',
    notYet: '还没有',
    changeAddress: '修改地址',
    regionFixed: '国家和地区不能修改：运费按其计算。',
    saveAddress: '保存地址',
    keepAddress: '不修改',
  },
})
