export { calendarRoutes } from './calendar.ts'
export { createNotices, type Notices } from './notices.ts'
export { noticeRoutes } from './routes.ts'
