import { dictionary } from '../../kit/i18n.ts'

/** What a screen reader hears of the shelf, and the controls of the picture. */
export const effectWords = dictionary({
  en: {
    onShow: (product: string, price: string) => `On show now: ${product}, ${price}`,
    saleSoon: (product: string, price: string) => `Flash sale is about to start: ${product}, ${price}`,
    saleOn: (product: string, price: string) => `Flash sale has started: ${product}, ${price}`,
    saleOver: (product: string) => `Flash sale is over: ${product}`,
    fullScreen: 'Full screen',
    leaveFullScreen: 'Leave full screen',
    pictureInPicture: 'Picture in picture',
    soundOnly: 'Sound only',
    soundOnlyText: 'The picture is off and takes no data.',
    showPicture: 'Show the picture',
  },
  'zh-CN': {
    onShow: (product, price) => `正在讲解：${product}，${price}`,
    saleSoon: (product, price) => `秒杀即将开始：${product}，${price}`,
    saleOn: (product, price) => `秒杀开始：${product}，${price}`,
    saleOver: (product) => `秒杀结束：${product}`,
    fullScreen: '全屏',
    leaveFullScreen: '退出全屏',
    pictureInPicture: '小窗播放',
    soundOnly: '仅听声音',
    soundOnlyText: '画面已关闭，不消耗视频流量。',
    showPicture: '显示画面',
  },
})
