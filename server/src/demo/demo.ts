import type { App } from '../app.ts'
import type { Config } from '../config.ts'
import { startCrowd } from './crowd.ts'
import { startDesk } from './desk.ts'
import { filmFolder, makeFilm } from './film/film.ts'
import { startProjector } from './film/projector.ts'
import { type DemoSignIns, demoFile, demoSignIns, keepDemoSignIns } from './sign-ins.ts'

export interface Demo {
  close(): Promise<void>
}

/**
 * Brings the seeded demo to life: a film as the show's host, a crowd, a merchant at the desk. Without ffmpeg the show
 * waits for a host. Null where nothing was seeded.
 */
export async function startDemo(app: App, config: Config): Promise<Demo | null> {
  const known = demoSignIns(config.dataDir)
  if (!known) return null
  const { domains, log } = app
  const { tenantId, showId, ownerId, crowdIds, filmHostId } = known
  const film = config.ffmpegBin ? await filmOf(config.ffmpegBin, app) : null
  const projector =
    film && config.ffmpegBin
      ? startProjector({
          stage: domains.stage,
          who: { tenantId, showId, personId: filmHostId },
          ffmpeg: config.ffmpegBin,
          film,
          log,
        })
      : null
  const tokens = await Promise.all(crowdIds.map((id) => domains.accounts.sessions.open(id)))
  const crowd = startCrowd({
    url: app.url,
    showId,
    connections: () => domains.rooms.connections(showId),
    tokens,
    log,
  })
  const desk = startDesk({ domains, tenantId, showId, ownerId, crowdIds, watchers: crowd.watchers })
  let closing: Promise<void> | null = null

  async function closeAll(): Promise<void> {
    await desk.close()
    await crowd.close()
    await projector?.close()
    for (const token of tokens) await domains.accounts.sessions.end(token)
  }
  return {
    close() {
      closing ??= closeAll()
      return closing
    },
  }
}

async function filmOf(ffmpeg: string, { log }: App): Promise<string | null> {
  try {
    return await makeFilm(ffmpeg, filmFolder())
  } catch (error) {
    log.warn({ err: error }, 'the demo film could not be made: the show waits for a host')
    return null
  }
}

/** What a newcomer reads at the end of `npm start`. The sign-ins are in it once. */
export function greeting({ dataDir, publicUrl, ffmpegBin, smtp }: Config): string[] {
  const demo = demoSignIns(dataDir)
  if (!demo) return []
  const lines = [
    `    show     ${publicUrl}/s/${demo.showId}   (demo)`,
    ...(smtp ? [] : [`    outbox   ${publicUrl}/outbox   (its mails)`]),
    ...(ffmpegBin
      ? []
      : ['', '  There is no ffmpeg here, so the demo show waits for you: go live from the studio.']),
    '',
  ]
  if (demo.printed) return [...lines, `  Demo sign-ins are in ${demoFile(dataDir)}`]
  keepDemoSignIns(dataDir, { ...demo, printed: true })
  return [
    ...lines,
    `  Demo sign-ins (login, password), kept in ${demoFile(dataDir)}:`,
    ...demo.people.map(signInLine),
  ]
}

const signInLine = ({ role, login, password }: DemoSignIns['people'][number]): string =>
  `    ${role.padEnd(11)}${login.padEnd(38)}  ${password}`
