/** The demo's products as still lifes, drawn in a box of 400 by 400 whose floor is at y = 352. */

const SHADOW = '<ellipse cx="200" cy="356" rx="132" ry="16" fill="#1c1210" fill-opacity="0.28"/>'

function mug(body: string, shade: string): string {
  return `${SHADOW}
    <path d="M276 176 h22 a52 52 0 0 1 0 104 h-26" fill="none" stroke="${shade}" stroke-width="22"/>
    <path d="M104 132 H288 V300 A50 50 0 0 1 238 352 H154 A50 50 0 0 1 104 300 Z" fill="${body}"/>
    <path d="M236 132 H288 V300 A50 50 0 0 1 238 352 H210 A60 60 0 0 0 244 296 Z" fill="${shade}" fill-opacity="0.6"/>
    <ellipse cx="196" cy="132" rx="92" ry="22" fill="${shade}"/><ellipse cx="196" cy="136" rx="76" ry="15" fill="#4a2b1d"/>
    <path d="M132 238 a22 22 0 0 1 30 -22 a28 28 0 0 1 52 4 a20 20 0 0 1 6 38 H146 a18 18 0 0 1 -14 -20" fill="#fff" fill-opacity="0.75"/>
    <path d="M160 92 q-16 -24 4 -44 q16 -18 2 -38 M222 96 q-14 -22 4 -40 q14 -16 2 -32" fill="none" stroke="#fff" stroke-opacity="0.5" stroke-width="8" stroke-linecap="round"/>`
}

const COFFEE = `${SHADOW}
  <path d="M96 96 L112 72 H288 L304 96 V340 A14 14 0 0 1 290 352 H110 A14 14 0 0 1 96 340 Z" fill="#3c2a22"/>
  <path d="M96 96 L112 72 H288 L304 96 Z" fill="#5a4033"/><path d="M262 96 H304 V340 A14 14 0 0 1 290 352 H262 Z" fill="#2a1c16"/>
  <rect x="124" y="140" width="122" height="150" rx="10" fill="#f3e6d0"/>
  <path d="M134 262 L166 206 L184 232 L206 186 L236 262 Z" fill="#4f7a5b"/><circle cx="160" cy="176" r="14" fill="#d9733c"/>
  <path d="M134 262 H236 V276 H134 Z" fill="#2f5240"/>
  <g fill="#6b4026"><ellipse cx="318" cy="340" rx="20" ry="12"/><ellipse cx="348" cy="346" rx="18" ry="10"/><ellipse cx="62" cy="344" rx="20" ry="11"/></g>
  <g fill="none" stroke="#2a1710" stroke-width="3"><path d="M304 340 q14 -8 28 0 M336 346 q12 -7 24 0 M48 344 q14 -8 28 0"/></g>`

function scarf(wool: string, shade: string): string {
  const fringe = (x: number, y: number) =>
    Array.from({ length: 6 }, (_, i) => `M${x + i * 13} ${y} v24`).join(' ')
  return `${SHADOW}
    <path d="M84 128 C84 56 316 56 316 128 C316 188 84 188 84 128 Z" fill="${shade}"/>
    <path d="M128 116 C128 88 272 88 272 116 C272 140 128 140 128 116 Z" fill="#2b211d" fill-opacity="0.5"/>
    <path d="M84 128 C84 188 316 188 316 128 C324 214 268 222 200 222 C132 222 76 214 84 128 Z" fill="${wool}"/>
    <path d="M124 196 L206 210 L194 330 H112 Z" fill="${wool}"/><path d="M204 210 L282 194 L298 304 H216 Z" fill="${shade}"/>
    <g stroke="#fff" stroke-opacity="0.35" stroke-width="7"><path d="M120 256 H201 M117 280 H199 M212 246 H289 M214 268 H292"/></g>
    <path d="${fringe(118, 328)}" stroke="${wool}" stroke-width="7" stroke-linecap="round"/>
    <path d="${fringe(222, 302)}" stroke="${shade}" stroke-width="7" stroke-linecap="round"/>`
}

const LAMP = `<circle cx="200" cy="150" r="170" fill="#ffdf9e" fill-opacity="0.22"/>${SHADOW}
  <path d="M188 196 H212 V330 H188 Z" fill="#b88a58"/><ellipse cx="200" cy="338" rx="74" ry="16" fill="#8c6439"/>
  <ellipse cx="200" cy="332" rx="74" ry="15" fill="#c99b67"/>
  <path d="M200 44 C276 44 306 116 312 196 Q200 228 88 196 C94 116 124 44 200 44 Z" fill="#fff1cf"/>
  <path d="M200 44 C276 44 306 116 312 196 Q266 210 226 212 C246 140 236 80 200 44 Z" fill="#f6cf8b" fill-opacity="0.65"/>
  <ellipse cx="200" cy="200" rx="111" ry="19" fill="#ffe6ad"/>`

const CREAM = `${SHADOW}
  <path d="M132 92 H268 L252 300 H148 Z" fill="#f6d66b"/><path d="M222 92 H268 L252 300 H216 Z" fill="#e3b944" fill-opacity="0.8"/>
  <path d="M132 92 Q200 78 268 92 L266 112 Q200 100 134 112 Z" fill="#fff4cf"/>
  <rect x="146" y="298" width="108" height="54" rx="10" fill="#fffaf0"/><path d="M166 302 V348 M186 302 V348 M206 302 V348 M226 302 V348" stroke="#dfd6c4" stroke-width="4"/>
  <circle cx="200" cy="186" r="42" fill="#fffaf0"/><circle cx="200" cy="186" r="33" fill="#f2b632"/>
  <g stroke="#fff3c4" stroke-width="4"><path d="M200 156 V216 M170 186 H230 M179 165 L221 207 M221 165 L179 207"/></g>
  <path d="M206 146 q26 -34 54 -20 q-14 30 -54 20" fill="#5f8f57"/>
  <circle cx="322" cy="312" r="40" fill="#f4c23d"/><path d="M318 274 q8 -18 26 -16" fill="none" stroke="#5f8f57" stroke-width="7" stroke-linecap="round"/>`

const STILL_LIFES = {
  mug: mug('#fdf6ea', '#ddcdb6'),
  mugBlue: mug('#a9bfd0', '#7f9ab0'),
  coffee: COFFEE,
  scarf: scarf('#d8c3a0', '#b99f77'),
  scarfPine: scarf('#3f6b5a', '#2b4d40'),
  lamp: LAMP,
  cream: CREAM,
} as const
export type StillLife = keyof typeof STILL_LIFES

const GROUNDS: Record<StillLife, readonly [string, string]> = {
  mug: ['#f3d9c6', '#d99f83'],
  mugBlue: ['#e6e9ea', '#a8bac6'],
  coffee: ['#efe0c8', '#c9a778'],
  scarf: ['#efe6da', '#c7a99a'],
  scarfPine: ['#e4ebe2', '#9fb8a8'],
  lamp: ['#4d5480', '#2b2f4d'],
  cream: ['#fbf0cf', '#e3c884'],
}

/** The thing alone, on nothing, for the film. */
export const stillLifeSvg = (name: StillLife, sidePx: number): string =>
  frame(sidePx, '0 -20 400 400', STILL_LIFES[name])

/** The thing on a ground of its own, for the shelf. */
export function productSvg(name: StillLife, sidePx: number): string {
  const [light, dark] = GROUNDS[name]
  return frame(
    sidePx,
    '-60 -70 520 520',
    `<defs><radialGradient id="ground" cx="0.5" cy="0.4" r="0.8"><stop offset="0" stop-color="${light}"/><stop offset="1" stop-color="${dark}"/></radialGradient></defs>
    <rect x="-60" y="-70" width="520" height="520" fill="url(#ground)"/>
    <rect x="-60" y="352" width="520" height="98" fill="#1c1210" fill-opacity="0.08"/>${STILL_LIFES[name]}`,
  )
}

const frame = (sidePx: number, viewBox: string, content: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${sidePx}" height="${sidePx}" viewBox="${viewBox}">${content}</svg>`
