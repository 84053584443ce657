import { PICTURE_REFUSALS, type PictureRefusal } from '@shelfcast/shared/pictures.ts'
import { ApiError } from '../../kit/api.ts'
import { errorText } from '../../kit/errors.ts'
import { pictureWords } from './words.ts'

/** Why a picture did not get through: a reason with words of its own, or whatever the server said. */
export type PictureProblem = PictureRefusal | 'too_large' | 'twice' | { error: unknown }

export function problemOf(error: unknown): PictureProblem {
  if (!(error instanceof ApiError)) return { error }
  const { code, extra } = error.problem
  if (code === 'payload_too_large') return 'too_large'
  const why = PICTURE_REFUSALS.find((one) => one === extra?.why)
  return code === 'picture_refused' && why ? why : { error }
}

export const problemText = (problem: PictureProblem): string =>
  typeof problem === 'string' ? pictureWords.value.problems[problem] : errorText(problem.error)
