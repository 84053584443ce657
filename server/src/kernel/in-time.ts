/** What `work` gives, or an error after `msMax`. The work itself goes on: it has to be one that may be repeated. */
export function inTime<T>(work: Promise<T>, msMax: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${msMax} ms`)), msMax)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
