import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { createIceServers, iceLinks } from './ice.ts'

const clock = { now: () => 1_000_000_500 }
const urls = ['stun:stun.example.com', 'turn:turn.example.com?transport=udp', 'turns:turn.example.com']

test('TURN credentials end by themselves and are what coturn computes', () => {
  const servers = createIceServers({ urls, turnSecret: 'shared', turnLifeS: 60, clock })('per_1')
  const username = '1000060:per_1'
  expect(servers).toEqual([
    { urls: ['stun:stun.example.com'] },
    {
      urls: ['turn:turn.example.com?transport=udp', 'turns:turn.example.com'],
      username,
      credential: createHmac('sha1', 'shared').update(username).digest('base64'),
    },
  ])
})

test('TURN without a secret is left out: a browser would refuse it', () => {
  expect(createIceServers({ urls, turnSecret: null, turnLifeS: 60, clock })('per_1')).toEqual([
    { urls: ['stun:stun.example.com'] },
  ])
  expect(createIceServers({ urls: [], turnSecret: 'shared', turnLifeS: 60, clock })('per_1')).toEqual([])
})

test('Link header values', () => {
  const servers = [{ urls: ['stun:a'] }, { urls: ['turn:b'], username: 'u', credential: 'c' }]
  expect(iceLinks(servers)).toBe(
    '<stun:a>; rel="ice-server", <turn:b>; rel="ice-server"; username="u"; credential="c"; credential-type="password"',
  )
})
