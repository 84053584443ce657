import { expect, test } from 'vitest'
import { frameSnippet, scriptSnippet, tokenSnippet } from './snippet.ts'

test('the snippets name this server and the show, and a title cannot break out', () => {
  expect(scriptSnippet('https://live.example', 'shw_1')).toBe(
    '<script type="module" src="https://live.example/embed.js"></script>\n<shelfcast-player show="shw_1"></shelfcast-player>',
  )
  const frame = frameSnippet('https://live.example', 'shw_1', 'Mugs & "more" <b>')
  expect(frame).toContain('src="https://live.example/e/shw_1"')
  expect(frame).toContain('title="Mugs &amp; &quot;more&quot; <b>"')
  expect(tokenSnippet('https://live.example', 'ten_1', 'key_1')).toContain("kid: 'key_1'")
})
