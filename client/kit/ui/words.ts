import { dictionary } from '../i18n.ts'

/** Words of the shared components. */
export const kitWords = dictionary({
  en: {
    close: 'Close',
    loading: 'Loading',
    language: 'Language',
    dismiss: 'Dismiss',
    tryAgain: 'Try again',
    loadMore: 'Load more',
    pinnedLine: 'Pinned message',

    signIn: 'Sign in',
    signUp: 'Create account',
    login: 'E-mail or phone',
    loginHint: 'Phone numbers with country code, like +86 138 0013 8000',
    password: 'Password',
    passwordHint: 'At least 8 characters',
    name: 'Display name',
    nameHint: 'What others see in the room',
    forgot: 'Forgot your password?',
    noAccount: 'New here? Create an account',
    haveAccount: 'Have an account? Sign in',
    signingIn: 'One moment…',
  },
  'zh-CN': {
    close: '关闭',
    loading: '加载中',
    language: '语言',
    dismiss: '知道了',
    tryAgain: '重试',
    loadMore: '加载更多',
    pinnedLine: '置顶消息',

    signIn: '登录',
    signUp: '注册',
    login: '邮箱或手机号',
    loginHint: '手机号请带国家区号，例如 +86 138 0013 8000',
    password: '密码',
    passwordHint: '至少 8 个字符',
    name: '昵称',
    nameHint: '直播间里大家看到的名字',
    forgot: '忘记密码？',
    noAccount: '还没有账号？立即注册',
    haveAccount: '已有账号？直接登录',
    signingIn: '请稍候…',
  },
})
