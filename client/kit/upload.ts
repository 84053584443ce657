import { type Answer, NetworkError, parseJson, refusalOf, type UploadRoute, urlOf } from './api.ts'

/** Longer than the server waits for a file. */
const TIMEOUT_MS = 130_000

interface UploadInput {
  params: Record<string, string>
  file: Blob
  /** Called with the share that has been sent, 0 to 1. */
  onProgress?: (share: number) => void
  signal?: AbortSignal
}

/**
 * Sends a file to a route that takes one. XMLHttpRequest, because `fetch` does not say how far it is.
 * @throws ApiError when the server refuses, NetworkError when no answer came, also after `signal` aborted
 */
export function upload<R extends UploadRoute>(route: R, input: UploadInput): Promise<Answer<R>> {
  const [method, path] = route.split(' ') as [string, string] // the type of UploadRoute says so
  const { params, file, onProgress, signal } = input
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const fail = () => reject(new NetworkError('No answer from the server'))
    request.open(method, urlOf(path, params))
    request.timeout = TIMEOUT_MS
    request.setRequestHeader('Accept', 'application/json')
    request.setRequestHeader('Content-Type', file.type)
    request.upload.onprogress = ({ loaded, total }) => onProgress?.(total > 0 ? loaded / total : 0)
    request.onerror = fail
    request.ontimeout = fail
    request.onabort = fail
    request.onload = () => {
      const body = parseJson(request.responseText)
      if (request.status >= 200 && request.status < 300)
        resolve(body as Answer<R>) // as in api.ts: our own server's
      else reject(refusalOf(body, request.status, request.getResponseHeader('Retry-After')))
    }
    signal?.addEventListener('abort', () => request.abort(), { once: true })
    request.send(file)
  })
}
