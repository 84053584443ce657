import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { draw } from '../draw.ts'
import { type StillLife, stillLifeSvg } from '../pictures.ts'
import { musicWav } from './music.ts'
import { dialSvg, FILM, lightsSvg, roomSvg, skySvg } from './scene.ts'

const SHOWN: readonly StillLife[] = ['mug', 'coffee', 'scarf', 'lamp', 'cream']
const SIDE_PX = 520
const DIAL_PER_S = 4
const ENCODED_MS_MAX = 5 * 60_000

const { fps, loopS, width, height } = FILM
const slotS = loopS / SHOWN.length

/** Costly to make and the same for every checkout of this account, so it is kept beside set-up's other such things. */
export const filmFolder = (): string =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'shelfcast')

/**
 * The demo's film, made once and kept: a loop with VP8, a key frame a second (nobody hears a viewer's request for
 * one) and Opus, so that playing it is copying it.
 * @throws an Error with the end of what ffmpeg said
 */
export async function makeFilm(ffmpeg: string, folder: string): Promise<string> {
  const layers = {
    'sky.png': skySvg(),
    'lights.png': lightsSvg(),
    'room.png': roomSvg(),
    ...Object.fromEntries(SHOWN.map((name) => [`${name}.png`, stillLifeSvg(name, SIDE_PX)])),
    ...Object.fromEntries(
      Array.from({ length: loopS * DIAL_PER_S }, (_, i) => [
        `dial-${String(i).padStart(3, '0')}.png`,
        dialSvg(i / (loopS * DIAL_PER_S)),
      ]),
    ),
  }
  const version = createHash('sha256')
    .update(JSON.stringify([layers, args('', '')]))
    .digest('hex')
    .slice(0, 12)
  const film = join(folder, `demo-film-${version}.webm`)
  if (existsSync(film)) return film
  await mkdir(folder, { recursive: true })
  const work = await mkdtemp(join(folder, 'film-'))
  try {
    await draw(work, layers)
    await writeFile(join(work, 'music.wav'), musicWav())
    const draft = join(work, 'film.webm')
    await run(ffmpeg, args(work, draft))
    await rename(draft, film)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return film
}

function args(work: string, to: string): string[] {
  const still = (name: string) => ['-framerate', String(fps), '-i', join(work, name)]
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error', '-y'],
    ...['sky.png', 'lights.png', 'room.png'].flatMap(still),
    ...SHOWN.flatMap((name) => still(`${name}.png`)),
    ...['-framerate', String(DIAL_PER_S), '-i', join(work, 'dial-%03d.png')],
    ...['-i', join(work, 'music.wav')],
    ...['-filter_complex', filters(), '-map', '[picture]', '-map', `${SHOWN.length + 4}:a`],
    ...['-t', String(loopS), '-r', String(fps)],
    ...[
      '-c:v',
      'libvpx',
      '-deadline',
      'realtime',
      '-cpu-used',
      '4',
      '-lag-in-frames',
      '0',
      '-pix_fmt',
      'yuv420p',
    ],
    ...[
      '-b:v',
      '1000k',
      '-maxrate',
      '1300k',
      '-bufsize',
      '1300k',
      '-error-resilient',
      '1',
      '-auto-alt-ref',
      '0',
    ],
    ...['-g', String(fps), '-keyint_min', String(fps)],
    ...['-c:a', 'libopus', '-b:a', '64k', '-ac', '2', '-ar', '48000', '-application', 'audio'],
    to,
  ]
}

/** Sky and lights scroll by one height a loop; each thing slides in, sways, and slides out in its part of the loop. */
function filters(): string {
  // Decoded and converted once, then repeated: by `-loop` before the input, ffmpeg would decode it for every frame.
  const scroll = (input: number, times: number, out: string) =>
    `[${input}:v]format=yuva420p,loop=-1:1,setpts=N/${fps}/TB,crop=${width}:${height}:0:'mod(t*${(height * times) / loopS}\\,${height})'[${out}]`
  const slides = SHOWN.map((_, i) => {
    const from = i * slotS
    const rest = (width - SIDE_PX) / 2
    const beyond = width - rest
    const into = `pow(max(0\\,1-(t-${from})/1.1)\\,3)`
    const out = `pow(max(0\\,(t-${from + slotS - 0.9})/0.9)\\,3)`
    const x = `'${rest}+${beyond}*${into}-${beyond}*${out}'`
    const y = `'338+6*sin(2*PI*t/3)'`
    return `[${i + 3}:v]format=yuva420p[p${i}];[s${i}][p${i}]overlay=x=${x}:y=${y}:enable='between(t\\,${from}\\,${from + slotS})'[s${i + 1}]`
  })
  const dial = SHOWN.length + 3
  return [
    scroll(0, 1, 'sky'),
    scroll(1, 2, 'lights'),
    '[sky][lights]overlay=shortest=1[air]',
    '[2:v]format=yuva420p[room];[air][room]overlay[s0]',
    ...slides,
    `[${dial}:v]format=yuva420p,fps=${fps}[dial]`,
    `[s${SHOWN.length}][dial]overlay=x=312:y=344[picture]`,
  ].join(';')
}

function run(ffmpeg: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(ffmpeg, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: ENCODED_MS_MAX })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk).slice(-2000)
    })
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`ffmpeg could not make the film: ${said.trim()}`)),
    )
  })
}
