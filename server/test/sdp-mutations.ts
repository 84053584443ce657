import { numbers } from './mutate.ts'

/** Session descriptions that are nearly right, the same with each run. */

const NASTY = [
  '',
  '-1',
  '0',
  '127',
  '4294967296',
  '99999999999999999999',
  '\0',
  '\ud800',
  'a=',
  ' '.repeat(99),
]

/** A few lines dropped, doubled, swapped, or with a word in them changed. */
export function mutatedSdp(sdp: string, seed: number): string {
  const pick = numbers(seed)
  const lines = sdp.split('\n').filter((line) => line !== '')
  for (let i = pick(4); i >= 0; i--) {
    const at = pick(lines.length)
    const line = lines[at] ?? ''
    const words = line.split(/(?=[ :;=/])/)
    const word = pick(words.length)
    const change = [
      () => lines.splice(at, 1),
      () => lines.splice(pick(lines.length), 0, line),
      () => lines.splice(at, 1, lines[pick(lines.length)] ?? ''),
      () => lines.splice(at, 1, line.slice(0, pick(line.length))),
      () => {
        words[word] = `${words[word]?.[0] ?? ''}${NASTY[pick(NASTY.length)]}`
        lines.splice(at, 1, words.join(''))
      },
      () => {
        words[word] = String(pick(70_000))
        lines.splice(at, 1, words.join(''))
      },
    ]
    change[pick(change.length)]?.()
  }
  return lines.join('\n')
}
