/** Where something goes. */
export interface Address {
  name: string
  phone: string
  /** ISO 3166. */
  country: string
  region: string
  city: string
  street: string
  postcode: string
}

export const NO_ADDRESS: Address = {
  name: '',
  phone: '',
  country: '',
  region: '',
  city: '',
  street: '',
  postcode: '',
}

export const isComplete = ({ name, phone, country, city, street }: Address): boolean =>
  [name, phone, country, city, street].every((value) => value.trim() !== '')

/** The address on one line: from large to small in Chinese, from small to large in English. */
export function addressLine({ region, city, street, postcode }: Address, language: string): string {
  return language === 'zh-CN'
    ? [region, city, street, postcode].filter(Boolean).join(' ')
    : [street, city, region, postcode].filter(Boolean).join(', ')
}
