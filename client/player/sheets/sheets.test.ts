import type { ErrorCode } from '@shelfcast/shared/errors.ts'
import { describe, expect, test } from 'vitest'
import { addressLine, isComplete, NO_ADDRESS } from '../../kit/address/address.ts'
import { ApiError, NetworkError } from '../../kit/api.ts'
import { parseAddress } from './address.ts'
import { troubleOf } from './checkout.ts'
import { visitSource } from './source.ts'

const address = {
  name: 'Lin Yue',
  phone: '+8613800138000',
  country: 'CN',
  region: 'Zhejiang',
  city: 'Hangzhou',
  street: '1 West Lake Road',
  postcode: '310000',
}

describe('a kept address', () => {
  test('is read back when every field is text', () => {
    expect(parseAddress(JSON.parse(JSON.stringify(address)))).toEqual(address)
  })

  test.each([null, 'text', 7, {}, { ...address, city: 5 }, { ...address, street: undefined }])(
    'is not %j',
    (stored) => expect(parseAddress(stored)).toBeNull(),
  )

  test('holds nothing that was not an address', () => {
    expect(parseAddress({ ...address, evil: 'x' })).toEqual(address)
  })

  test('may lack region and postcode only', () => {
    expect(isComplete({ ...address, region: '', postcode: '' })).toBe(true)
    expect(isComplete({ ...address, city: ' ' })).toBe(false)
    expect(isComplete(NO_ADDRESS)).toBe(false)
  })

  test('reads in the order of its language', () => {
    expect(addressLine(address, 'en')).toBe('1 West Lake Road, Hangzhou, Zhejiang, 310000')
    expect(addressLine(address, 'zh-CN')).toBe('Zhejiang Hangzhou 1 West Lake Road 310000')
  })
})

describe('what stopped an order', () => {
  const refusal = (code: ErrorCode, extra?: Record<string, unknown>) =>
    new ApiError({ type: '', title: '', status: 409, code, retry: false, ...(extra ? { extra } : {}) })

  test('a changed price brings the new total', () => {
    expect(troubleOf(refusal('price_changed', { totalMinor: 6900 }))).toEqual({
      kind: 'price_changed',
      totalMinor: 6900,
    })
  })

  test('a changed price without a total is a plain refusal', () => {
    expect(troubleOf(refusal('price_changed', { totalMinor: '69' }))).toMatchObject({
      kind: 'refused',
      code: 'price_changed',
    })
  })

  test('sold out is a refusal, silence is not', () => {
    expect(troubleOf(refusal('sold_out'))).toMatchObject({ kind: 'refused', code: 'sold_out' })
    expect(troubleOf(new NetworkError('lost'))).toEqual({ kind: 'unanswered' })
  })
})

describe('where a visit came from', () => {
  test('is campaign, click ids and the referring host', () => {
    expect(
      visitSource('?utm_source=mail&utm_campaign=x&gclid=1&lang=en', 'https://blog.example/post?q=1', false),
    ).toEqual({
      utm_source: 'mail',
      utm_campaign: 'x',
      gclid: '1',
      referrer: 'blog.example',
    })
  })

  test('is the site of an embed', () => {
    const site = 'https://blog.example'
    expect(visitSource('', `${site}/post`, true)).toEqual({ embed: 'blog.example' })
  })

  test('is nothing without any, and never longer than the contract takes', () => {
    expect(visitSource('', '', false)).toEqual({})
    expect(visitSource(`?utm_source=${'x'.repeat(500)}`, '', false).utm_source).toHaveLength(200)
  })
})
