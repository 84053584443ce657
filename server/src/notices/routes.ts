import * as api from '@shelfcast/shared/api/account.ts'
import { handle, type Route } from '../kernel/route.ts'
import type { Notices } from './notices.ts'

export const noticeRoutes = ({ reminders }: Notices): Route[] => [
  handle(api.getReminder, ({ actor, params }) => reminders.state(actor.personId, params.showId)),
  handle(api.addReminder, ({ actor, params }) => reminders.add(actor.personId, params.showId)),
  handle(api.removeReminder, ({ actor, params }) => reminders.remove(actor.personId, params.showId)),
]
