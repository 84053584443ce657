import { dictionary } from '../i18n.ts'

export const addressWords = dictionary({
  en: {
    name: 'Name',
    phone: 'Phone',
    country: 'Country or region',
    region: 'State or province',
    city: 'City',
    street: 'Street and number',
    postcode: 'Postcode',
    chinaRegion: 'Province and city',
    chinaCity: 'District',
    chinaStreet: 'Street, building, room',
  },
  'zh-CN': {
    name: '收货人',
    phone: '手机号',
    country: '国家或地区',
    region: '州／省',
    city: '城市',
    street: '街道和门牌号',
    postcode: '邮编',
    chinaRegion: '省市',
    chinaCity: '区县',
    chinaStreet: '详细地址（街道、楼栋、门牌）',
  },
})
