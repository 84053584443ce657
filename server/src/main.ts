import { startApp } from './app.ts'
import { type Config, loadConfig } from './config.ts'
import { demoSignIns } from './demo/sign-ins.ts'

/** The process: configuration in, signals handled, one clear line when it cannot start. */

const DRAIN_MS_MAX = 12_000

async function main(): Promise<void> {
  const config = loadConfig(process.env)
  const app = await startApp(config)
  greet(config)
  let stopping = false
  const stop = (signal: string) => {
    if (stopping) return
    stopping = true
    app.log.info({ signal }, 'stopping')
    setTimeout(() => process.exit(1), DRAIN_MS_MAX).unref()
    app.close().then(
      () => process.exit(0),
      (error) => {
        app.log.error({ err: error }, 'close failed')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.on('unhandledRejection', (error) => app.log.error({ err: error }, 'unhandled rejection'))
}

function greet(config: Config): void {
  const lines = [
    '',
    `  Shelfcast is ready at ${config.publicUrl}`,
    `    console  ${config.publicUrl}/console`,
    `    studio   ${config.publicUrl}/studio`,
    `    API      ${config.publicUrl}/api/docs`,
  ]
  const demo = config.demo ? demoSignIns(config.dataDir) : null
  if (demo) {
    lines.push(`    show     ${config.publicUrl}/s/${demo.showId}`, '', '  Demo sign-ins (login, password):')
    for (const { role, login, password } of demo.people)
      lines.push(`    ${role.padEnd(11)}${login.padEnd(38)}  ${password}`)
  }
  console.log(`${lines.join('\n')}\n`)
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
