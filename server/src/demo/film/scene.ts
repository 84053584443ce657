/** The stage that the demo's film plays on, drawn as SVG: a sky that drifts, lights, a table, the shop's name. */

export const FILM = { width: 720, height: 1280, fps: 20, loopS: 30 } as const

const { width, height } = FILM

/** A tall sky; its lower half is its upper half once more, so that scrolling by one height makes a loop. */
export function skySvg(): string {
  const stops = [
    ['0', '#f2b49b'],
    ['0.18', '#e9987f'],
    ['0.34', '#b9778a'],
    ['0.5', '#5c6190'],
    ['0.68', '#3f7f86'],
    ['0.84', '#c9b48d'],
    ['1', '#f2b49b'],
  ]
    .map(([at, colour]) => `<stop offset="${at}" stop-color="${colour}"/>`)
    .join('')
  const half = (y: number) => `<rect y="${y}" width="${width}" height="${height}" fill="url(#sky)"/>`
  return svg(
    width,
    height * 2,
    `<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">${stops}</linearGradient></defs>
    ${half(0)}${half(height)}`,
  )
}

/** Lights out of focus; their second half is their first, like the sky's. */
export function lightsSvg(): string {
  const lights = Array.from({ length: 18 }, (_, i) => {
    const x = (i * 263) % width
    const y = (i * 487) % height
    const radius = 24 + ((i * 37) % 68)
    const one = (top: number) =>
      `<circle cx="${x}" cy="${top + y}" r="${radius}" fill="#fff3dc" fill-opacity="${0.05 + (i % 4) * 0.025}"/>`
    // A light on the seam shows on both sides of it.
    return one(-height) + one(0) + one(height) + one(2 * height)
  })
  return svg(width, height * 2, lights.join(''))
}

/** What stands still: a round window of light, the table, and who this is. */
export function roomSvg(): string {
  return svg(
    width,
    height,
    `<defs>
      <radialGradient id="glow" cx="0.5" cy="0.42" r="0.5">
        <stop offset="0" stop-color="#fff6e6" stop-opacity="0.75"/>
        <stop offset="0.62" stop-color="#ffe9cc" stop-opacity="0.28"/>
        <stop offset="1" stop-color="#ffe9cc" stop-opacity="0"/>
      </radialGradient>
      <linearGradient id="table" x1="0" y1="0" x2="0" y2="1">
        <stop offset="0" stop-color="#7b4a36"/><stop offset="0.12" stop-color="#5f3829"/>
        <stop offset="1" stop-color="#2a1a17"/>
      </linearGradient>
    </defs>
    <circle cx="360" cy="560" r="420" fill="url(#glow)"/>
    <path d="M0 842 Q360 806 720 842 V1280 H0 Z" fill="url(#table)"/>
    <path d="M0 842 Q360 806 720 842" fill="none" stroke="#e8b892" stroke-opacity="0.7" stroke-width="3"/>
    ${lettering('LUMEN GOODS', { x: 360, y: 232, size: 34, stroke: 3.4, colour: '#fffaf0' })}
    <rect x="288" y="288" width="144" height="40" rx="20" fill="#1c211f" fill-opacity="0.42"/>
    ${lettering('DEMO', { x: 360, y: 298, size: 20, stroke: 2.6, colour: '#fffaf0' })}`,
  )
}

/** A dial whose hand goes round once a loop, in still pictures of its own: see `film.ts`. */
export function dialSvg(turn: number): string {
  const size = 96
  const [centre, radius] = [size / 2, 38]
  const angle = turn * 2 * Math.PI - Math.PI / 2
  const [x, y] = [centre + radius * Math.cos(angle), centre + radius * Math.sin(angle)]
  const arc = `M${centre} ${centre - radius} A${radius} ${radius} 0 ${turn > 0.5 ? 1 : 0} 1 ${x.toFixed(2)} ${y.toFixed(2)}`
  return svg(
    size,
    size,
    `<circle cx="${centre}" cy="${centre}" r="${radius}" fill="#1c211f" fill-opacity="0.3" stroke="#fffaf0" stroke-opacity="0.35" stroke-width="4"/>
    <path d="${arc}" fill="none" stroke="#fffaf0" stroke-width="4" stroke-linecap="round"/>
    <circle cx="${x.toFixed(2)}" cy="${y.toFixed(2)}" r="6" fill="#fffaf0"/>`,
  )
}

/** Letters as lines and arcs in a box of 10 by 14: a machine that runs the demo may have no font at all. */
const LETTERS: Record<string, string> = {
  D: 'M1 0 V14 H4 A7 7 0 0 0 4 0 Z',
  E: 'M9 0 H1 V14 H9 M1 7 H8',
  G: 'M10 3.4 A6 7 0 1 0 10 10.6 V7.6 H6',
  L: 'M1 0 V14 H9',
  M: 'M0 14 V0 L5 9 L10 0 V14',
  N: 'M1 14 V0 L9 14 V0',
  O: 'M5 0 A5 7 0 1 0 5 14 A5 7 0 1 0 5 0',
  S: 'M9 2.6 A4 3.6 0 1 0 5 7 A4 3.6 0 1 1 1 11.4',
  U: 'M1 0 V9.5 A4 4.5 0 0 0 9 9.5 V0',
}
const LETTER = { width: 10, height: 14, advance: 16 }

function lettering(
  text: string,
  at: { x: number; y: number; size: number; stroke: number; colour: string },
): string {
  const scale = at.size / LETTER.height
  const left = at.x - ((text.length * LETTER.advance - (LETTER.advance - LETTER.width)) * scale) / 2
  const letters = [...text].map((letter, i) =>
    LETTERS[letter] ? `<path d="${LETTERS[letter]}" transform="translate(${i * LETTER.advance} 0)"/>` : '',
  )
  return `<g transform="translate(${left} ${at.y}) scale(${scale})" fill="none" stroke="${at.colour}"
    stroke-width="${at.stroke / scale}" stroke-linecap="round" stroke-linejoin="round">${letters.join('')}</g>`
}

const svg = (w: number, h: number, content: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}">${content}</svg>`
