import type { SkuInput } from '../catalog/index.ts'
import type { StillLife } from './pictures.ts'

interface DemoProduct {
  title: string
  description: string
  status: 'active'
  sellingPoint: string
  /** What the host reads from the teleprompter. */
  script: string
  livePriceMinor: number | null
  skus: SkuInput[]
  /** In order, each with what is to be seen on it. */
  pictures: { still: StillLife; alt: string }[]
}

const sku = (code: string, options: Record<string, string>, priceMinor: number, stock: number): SkuInput => ({
  code,
  options,
  priceMinor,
  perBuyerLimit: null,
  stock,
})

const lines = (...of: string[]): string => of.join('\n')

/** The demo's shelf; prices in fen. */
export const DEMO_PRODUCTS: readonly DemoProduct[] = [
  {
    title: '云朵马克杯 Cloud mug',
    description: '手工拉坯，350 ml，可进微波炉。Hand-thrown stoneware, 350 ml, microwave safe.',
    status: 'active',
    sellingPoint: '手工拉坯 · hand-thrown',
    script: lines(
      '先举起杯子，让大家看看釉色。',
      '一只杯子从拉坯到出窑要九天，每一只都有一点不同。',
      '350 毫升，一杯拿铁正好。可以进微波炉。',
      '',
      'Hold it up to the light and turn it slowly.',
      'Nine days from the wheel to the shelf, and no two are alike.',
      'It holds 350 ml: one generous latte. Microwave safe.',
    ),
    livePriceMinor: 5900,
    skus: [
      sku('MUG-WHITE', { '颜色 Colour': '奶白 milk' }, 7900, 120),
      sku('MUG-BLUE', { '颜色 Colour': '雾蓝 mist' }, 7900, 80),
    ],
    pictures: [
      { still: 'mug', alt: '奶白色马克杯 · A milk-white mug' },
      { still: 'mugBlue', alt: '雾蓝色马克杯 · A mist-blue mug' },
    ],
  },
  {
    title: '山野挂耳咖啡 Drip coffee, 10 bags',
    description: '云南保山，水洗，中烘。Yunnan, washed, medium roast.',
    status: 'active',
    sellingPoint: '现烘现发 · roasted to order',
    script: lines(
      '撕开一包，靠近镜头。下单以后才烘，所以香。',
      '云南保山的豆子，水洗，中烘。一盒十包。',
      '',
      'Open a bag close to the lens.',
      'Roasted after you order, which is why it smells like this.',
      'Yunnan beans, washed, medium roast. Ten bags a box.',
    ),
    livePriceMinor: null,
    skus: [sku('COF-10', {}, 6800, 300)],
    pictures: [{ still: 'coffee', alt: '一袋挂耳咖啡 · A bag of drip coffee' }],
  },
  {
    title: '羊毛围巾 Wool scarf',
    description: '100% 美利奴羊毛，180 × 30 cm。Pure merino, 180 × 30 cm.',
    status: 'active',
    sellingPoint: '不扎脖子 · never itches',
    script: lines(
      '围上，再换一种围法。',
      '百分之百美利奴羊毛，贴着脖子也不扎。',
      '燕麦色和松绿色，今晚都有。',
      '',
      'Wrap it once, then the other way.',
      'Pure merino: wear it against the skin.',
      'Oat and pine, both tonight.',
    ),
    livePriceMinor: 15900,
    skus: [
      sku('SCARF-OAT', { '颜色 Colour': '燕麦 oat' }, 19900, 60),
      sku('SCARF-PINE', { '颜色 Colour': '松绿 pine' }, 19900, 40),
    ],
    pictures: [
      { still: 'scarf', alt: '燕麦色围巾 · An oat scarf' },
      { still: 'scarfPine', alt: '松绿色围巾 · A pine-green scarf' },
    ],
  },
  {
    title: '桌面小夜灯 Desk lamp',
    description: '可充电，三档色温，续航 20 小时。Rechargeable, three colour temperatures, 20 hours.',
    status: 'active',
    sellingPoint: '暖光护眼 · warm light',
    script: lines(
      '把房间的灯关掉，只留这一盏。',
      '三档色温，充一次电用二十小时。',
      '',
      'Turn the room light off and leave this one on.',
      'Three colour temperatures, twenty hours on a charge.',
    ),
    livePriceMinor: 9900,
    skus: [sku('LAMP-1', {}, 12900, 50)],
    pictures: [{ still: 'lamp', alt: '亮着的小夜灯 · A lamp that glows' }],
  },
  {
    title: '柚子护手霜 Yuzu hand cream',
    description: '50 ml，乳木果油。50 ml with shea butter.',
    status: 'active',
    sellingPoint: '不黏手 · not sticky',
    script: lines(
      '挤一点在手背上，推开，十秒后摸一摸手机屏。',
      '乳木果油，五十毫升，放得进口袋。',
      '',
      'A little on the back of the hand; ten seconds later, touch the phone.',
      'Shea butter, 50 ml, fits a pocket.',
    ),
    livePriceMinor: null,
    skus: [sku('HAND-50', {}, 4500, 200)],
    pictures: [{ still: 'cream', alt: '护手霜和柚子 · Hand cream beside a yuzu' }],
  },
]
