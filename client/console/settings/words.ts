import { dictionary } from '../../kit/i18n.ts'

/** Words of the merchant's settings. */
export const settingsWords = dictionary({
  en: {
    general: 'Merchant',
    tenantName: 'Name',
    tenantNameHint: 'Viewers see it in the player.',
    saved: 'Saved',

    origins: 'Sites that may embed the player',
    originsText:
      'The player runs on these sites only. A site that is removed loses its player and its viewers’ sessions at once.',
    noOrigins: 'No site yet. The public page works without one.',
    origin: 'Site',
    originHint: 'Scheme and host, such as https://shop.example',
    badOrigin: 'Enter a site like https://shop.example, without a path.',
    knownOrigin: 'This site is in the list already.',
    tooManyOrigins: 'The list is full. Remove a site first.',
    addOrigin: 'Add site',
    removeOrigin: (origin: string) => `Remove ${origin}`,
    removeOriginTitle: 'Remove this site?',
    removeOriginText: (origin: string) => `The player on ${origin} stops working at once.`,
    remove: 'Remove',
  },
  'zh-CN': {
    general: '商家信息',
    tenantName: '名称',
    tenantNameHint: '观众会在播放器里看到。',
    saved: '已保存',

    origins: '允许嵌入播放器的网站',
    originsText: '播放器只能在这些网站上运行。移除后，该网站上的播放器和观众会话立即失效。',
    noOrigins: '还没有添加网站。不添加也可以使用公开观看页。',
    origin: '网站',
    originHint: '协议加域名，例如 https://shop.example',
    badOrigin: '请输入类似 https://shop.example 的网址，不要带路径。',
    knownOrigin: '这个网站已在列表中。',
    tooManyOrigins: '列表已满，请先移除一个网站。',
    addOrigin: '添加网站',
    removeOrigin: (origin) => `移除 ${origin}`,
    removeOriginTitle: '移除这个网站？',
    removeOriginText: (origin) => `${origin} 上的播放器会立即停止工作。`,
    remove: '移除',
  },
})
