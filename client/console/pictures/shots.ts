import { type ReadonlySignal, signal } from '@preact/signals'
import type { PictureView } from '@shelfcast/shared/api/pictures.ts'
import { PICTURE_BYTES_MAX, PICTURE_TYPES } from '@shelfcast/shared/pictures.ts'
import { upload } from '../../kit/upload.ts'
import { moved } from '../reorder.ts'
import { type PictureProblem, problemOf } from './problem.ts'

/** A picture in a list that is being edited. */
export interface Shot {
  /** Tells rows apart on the screen. */
  readonly key: number
  /** Null until it is uploaded. */
  readonly id: string | null
  readonly url: string
  readonly alt: string
  readonly state:
    | { is: 'kept' }
    | { is: 'sending'; share: number }
    | { is: 'failed'; problem: PictureProblem }
}

/** A list of pictures: what is added is uploaded at once, one after another. */
export interface Shots {
  readonly list: ReadonlySignal<readonly Shot[]>
  readonly sending: ReadonlySignal<boolean>
  add(files: Iterable<File>): void
  remove(key: number): void
  move(key: number, step: 1 | -1): void
  describe(key: number, alt: string): void
  /** Stops what is under way and lets go of previews. */
  close(): void
}

interface ShotsOptions {
  tenantId: string
  first: readonly { id: string; url: string; alt: string }[]
  max: number
  /** After each change of what is uploaded. */
  onChanged?: () => void
}

/** What of the list the server has, as the API takes it. */
export const keptOf = (list: readonly Shot[]): { id: string; alt: string }[] =>
  list.flatMap(({ id, alt }) => (id === null ? [] : [{ id, alt: alt.trim() }]))

export function createShots({ tenantId, first, max, onChanged }: ShotsOptions): Shots {
  const list = signal<readonly Shot[]>(first.map((one, key) => ({ ...one, key, state: { is: 'kept' } })))
  const sending = signal(false)
  const closing = new AbortController()
  let nextKey = first.length
  let turn: Promise<void> = Promise.resolve()

  const patch = (key: number, change: Partial<Shot>) => {
    list.value = list.value.map((one) => (one.key === key ? { ...one, ...change } : one))
  }
  const isThere = (key: number) => !closing.signal.aborted && list.peek().some((one) => one.key === key)

  async function send(key: number, file: File): Promise<void> {
    if (!isThere(key)) return
    try {
      const onProgress = (share: number) => patch(key, { state: { is: 'sending', share } })
      const route = 'POST /tenants/:tenantId/pictures'
      const made = await upload(route, { params: { tenantId }, file, onProgress, signal: closing.signal })
      if (isThere(key)) keep(key, made)
    } catch (error) {
      if (isThere(key)) patch(key, { state: { is: 'failed', problem: problemOf(error) } })
    }
  }

  function keep(key: number, { id, url }: PictureView): void {
    const before = list.peek().find((one) => one.key === key)
    if (list.peek().some((one) => one.id === id)) {
      patch(key, { state: { is: 'failed', problem: 'twice' } })
      return
    }
    patch(key, { id, url, state: { is: 'kept' } })
    if (before) letGo(before)
    onChanged?.()
  }

  function addOne(file: File): void {
    const key = nextKey++
    const problem = problemOfFile(file)
    const url = URL.createObjectURL(file)
    const state = problem ? { is: 'failed' as const, problem } : { is: 'sending' as const, share: 0 }
    list.value = [...list.value, { key, id: null, url, alt: '', state }]
    if (problem) return
    sending.value = true
    const mine = turn.then(() => send(key, file))
    turn = mine
    void mine.then(() => {
      if (turn === mine) sending.value = false
    })
  }

  return {
    list,
    sending,
    add(files) {
      for (const file of files) if (list.peek().length < max) addOne(file)
    },
    remove(key) {
      const gone = list.peek().find((one) => one.key === key)
      if (!gone) return
      list.value = list.value.filter((one) => one.key !== key)
      letGo(gone)
      if (gone.id !== null) onChanged?.()
    },
    move(key, step) {
      const from = list.peek().findIndex((one) => one.key === key)
      const next = moved(list.peek(), from, from + step)
      if (next === list.peek()) return
      list.value = next
      onChanged?.()
    },
    describe: (key, alt) => patch(key, { alt }),
    close() {
      closing.abort()
      for (const shot of list.peek()) letGo(shot)
    },
  }
}

/** A preview made of the file itself holds it in memory. */
function letGo({ url }: Shot): void {
  if (url.startsWith('blob:')) URL.revokeObjectURL(url)
}

function problemOfFile(file: File): PictureProblem | null {
  if (!PICTURE_TYPES.some((type) => type === file.type)) return 'format'
  return file.size > PICTURE_BYTES_MAX ? 'too_large' : null
}
