import { describe, expect, test } from 'vitest'
import { advanced, linesPerMinute, resized, shownAt, turned } from './scroll.ts'

const text = { lineHeightPx: 50, endPx: 1000 }

/** Frames of `frameMs` for a second, as a screen draws them. */
const aSecond = (frameMs: number, speed: number, of = text) => {
  let position = 0
  for (let ms = 0; ms < 1000; ms += frameMs) position = advanced(position, frameMs, speed, of)
  return position
}

describe('scrolling', () => {
  test('goes as many lines a minute as its speed says, whatever the screen’s rate', () => {
    for (const speed of [1, 3, 12]) {
      const expected = (linesPerMinute(speed) / 60) * text.lineHeightPx
      expect(aSecond(10, speed)).toBeCloseTo(expected)
      expect(aSecond(200, speed)).toBeCloseTo(expected)
    }
  })

  test('larger type moves further and is read no faster', () => {
    expect(aSecond(20, 3, { ...text, lineHeightPx: 100 })).toBeCloseTo(2 * aSecond(20, 3))
  })

  test('each speed is quicker than the one before', () => {
    expect(linesPerMinute(1)).toBeGreaterThan(0)
    expect(linesPerMinute(2)).toBeGreaterThan(linesPerMinute(1))
  })

  test('stops at the end, and a text that fits does not move', () => {
    expect(advanced(999.9, 250, 12, text)).toBe(1000)
    expect(advanced(0, 250, 12, { ...text, endPx: 0 })).toBe(0)
  })

  test('a tab that slept an hour, or a clock that went back, loses no line', () => {
    expect(advanced(100, 3_600_000, 3, text)).toBe(advanced(100, 250, 3, text))
    expect(advanced(100, -5000, 3, text)).toBe(100)
  })
})

describe('without motion', () => {
  test('it stands at whole lines, and at the very end', () => {
    expect([0, 49, 50, 149].map((position) => shownAt(position, true, text))).toEqual([0, 0, 50, 100])
    expect(shownAt(1000, true, { ...text, lineHeightPx: 300 })).toBe(1000)
    expect(shownAt(49, false, text)).toBe(49)
  })
})

describe('pages', () => {
  test('a page keeps one line in sight, and stays inside', () => {
    expect(turned(0, 1, 240, text)).toBe(150)
    expect(turned(150, -1, 240, text)).toBe(0)
    expect(turned(20, -1, 240, text)).toBe(0)
    expect(turned(950, 1, 240, text)).toBe(1000)
    expect(turned(0, 1, 30, text)).toBe(50)
  })
})

test('other type keeps the place in the text', () => {
  expect(resized(250, text, { lineHeightPx: 80, endPx: 2400 })).toBe(600)
  expect(resized(0, { ...text, endPx: 0 }, text)).toBe(0)
  expect(resized(500, text, { ...text, endPx: 0 })).toBe(0)
})
