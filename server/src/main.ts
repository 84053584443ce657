import { type App, startApp } from './app.ts'
import { type Config, loadConfig } from './config.ts'

/** The process: configuration in, signals handled, one clear line when it cannot start. */

const DRAIN_MS_MAX = 12_000

async function main(): Promise<void> {
  const config = loadConfig(process.env)
  const app = await startApp(config)
  const demo = config.demo ? await startDemo(app, config) : null
  await greet(config, await app.domains.accounts.setup.begin())
  const closeAll = async () => {
    await demo?.close()
    await app.close()
  }
  let stopping = false
  const stop = (signal: string) => {
    if (stopping) return
    stopping = true
    app.log.info({ signal }, 'stopping')
    setTimeout(() => process.exit(1), DRAIN_MS_MAX).unref()
    closeAll().then(
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

/** The demo is not in production's image, so it is imported here alone and only when it is asked for. */
async function startDemo(app: App, config: Config) {
  const demo = await import('./demo/demo.ts')
  return demo.startDemo(app, config)
}

/** @param setupCode makes the first operator; only where there is none */
async function greet(config: Config, setupCode: string | null): Promise<void> {
  const lines = [
    '',
    `  Shelfcast is ready at ${config.publicUrl}`,
    `    console  ${config.publicUrl}/console`,
    `    studio   ${config.publicUrl}/studio`,
    `    API      ${config.publicUrl}/api/docs`,
  ]
  if (config.demo) lines.push(...(await import('./demo/demo.ts')).greeting(config))
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
