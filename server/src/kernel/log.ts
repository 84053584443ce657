import { type Logger, pino } from 'pino'

export type Log = Logger

/** Structured logs on stdout. Secrets and personal data are cut out by path, whoever logs them. */
export function createLog(level: string): Log {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        '*.password',
        '*.token',
        '*.ticket',
        '*.secret',
        '*.authorization',
        '*.cookie',
        '*.address',
        '*.phone',
        '*.login',
        'password',
        'token',
        'ticket',
        'secret',
        'authorization',
        'cookie',
        'address',
        'phone',
        'login',
      ],
      censor: '[cut]',
    },
  })
}
