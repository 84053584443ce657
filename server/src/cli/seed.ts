import { loadConfig } from '../config.ts'
import { filmFolder, makeFilm } from '../demo/film/film.ts'
import { seedDemo } from '../demo/seed.ts'
import { createDomains } from '../domains.ts'

const config = loadConfig(process.env)
const domains = createDomains(config)
try {
  if (config.ffmpegBin) {
    await makeFilm(config.ffmpegBin, filmFolder()).catch((error: unknown) => console.error(String(error)))
  }
  const { showId } = await seedDemo(domains, config.dataDir)
  console.log(`demo is ready, its show is ${showId}`)
} finally {
  await domains.close()
}
