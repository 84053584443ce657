import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
import postgres from 'postgres'

export type Log = Logger

/** Structured logs on stdout. Secrets and personal data are cut out by path, whoever logs them. */
export function createLog(level: string, to: DestinationStream = pino.destination(1)): Log {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: plainError },
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
  }
  return pino(options, to)
}

/** Postgres quotes the row it refused, with whatever personal data is in it: of its errors only the outline is kept. */
function plainError(error: Error): unknown {
  if (!(error instanceof postgres.PostgresError)) return pino.stdSerializers.err(error)
  const { code, severity, constraint_name: constraint, routine, stack } = error
  return {
    type: 'PostgresError',
    code,
    severity,
    constraint,
    routine,
    stack: stack?.split('\n').slice(1).join('\n'),
  }
}
