import { startApp } from './app.ts'
import { type Config, loadConfig } from './config.ts'
import { demoSignIns } from './demo/sign-ins.ts'

/** The process: configuration in, signals handled, one clear line when it cannot start. */

const DRAIN_MS_MAX = 12_000

async function main(): Promise<void> {
  const config = loadConfig(process.env)
  const app = await startApp(config)
  greet(config, await app.domains.accounts.setup.begin())
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

/** @param setupCode makes the first operator; only where there is none */
function greet(config: Config, setupCode: string | null): void {
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
  if (setupCode !== null) {
    lines.push(
      '',
      '  Nobody runs this server yet. Open the address and enter the code, which works once, for a day:',
      `    ${config.publicUrl}/setup   ${setupCode}`,
    )
  }
  console.log(`${lines.join('\n')}\n`)
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
