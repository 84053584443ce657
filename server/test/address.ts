/** Where the buyers of tests and benches live. */
export const ADDRESS = {
  name: '陈美丽',
  phone: '+8613800138000',
  country: 'CN',
  region: '浙江',
  city: '杭州',
  street: '西湖路 1 号',
  postcode: '310000',
}
