import { Fault } from '../kernel/errors.ts'
import type { RawRoute } from '../kernel/route.ts'
import type { Shows } from '../shows/index.ts'

const LENGTH_MS = 2 * 3600_000

/** `/s/:showId/calendar.ics`: a scheduled show for anybody's calendar (RFC 5545). */
export const calendarRoutes = (shows: Pick<Shows, 'find'>, publicUrl: string): RawRoute[] => [
  {
    method: 'GET',
    path: '/s/:showId/calendar.ics',
    bodyBytesMax: 0,
    handler: async ({ params }) => {
      const show = await shows.find(params.showId ?? '')
      if (!show?.scheduledAt || show.status !== 'scheduled') throw new Fault('not_found')
      const at = show.scheduledAt.getTime()
      const lines = [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//Shelfcast//EN',
        'BEGIN:VEVENT',
        `UID:${show.id}@${new URL(publicUrl).hostname}`,
        `DTSTAMP:${stamp(Date.now())}`,
        `DTSTART:${stamp(at)}`,
        `DTEND:${stamp(at + LENGTH_MS)}`,
        `SUMMARY:${escaped(show.title)}`,
        `URL:${publicUrl}/s/${show.id}`,
        'BEGIN:VALARM',
        'ACTION:DISPLAY',
        `DESCRIPTION:${escaped(show.title)}`,
        'TRIGGER:-PT10M',
        'END:VALARM',
        'END:VEVENT',
        'END:VCALENDAR',
      ]
      return {
        status: 200,
        headers: {
          'Content-Type': 'text/calendar; charset=utf-8',
          'Content-Disposition': 'attachment; filename="show.ics"',
          'Cache-Control': 'no-store',
        },
        body: `${lines.map(folded).join('\r\n')}\r\n`,
      }
    },
  },
]

/** `20261123T120000Z` */
const stamp = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '')

const escaped = (text: string): string => text.replace(/[\\;,]/g, '\\$&').replace(/\s+/g, ' ')

/** At most 75 bytes a line, never within a character. */
function folded(line: string): string {
  const parts = ['']
  for (const char of line) {
    if (Buffer.byteLength(parts.at(-1) + char) > 74) parts.push('')
    parts[parts.length - 1] += char
  }
  return parts.join('\r\n ')
}
