import { dictionary } from '../../kit/i18n.ts'

export const reminderWords = dictionary({
  en: {
    remind: 'Remind me by mail',
    on: 'You will get a mail before the show and when it is live',
    takeBack: 'Take the reminder back',
    calendar: 'Add to calendar',
  },
  'zh-CN': {
    remind: '开播邮件提醒',
    on: '开播前和开播时会发邮件提醒你',
    takeBack: '取消提醒',
    calendar: '添加到日历',
  },
})
