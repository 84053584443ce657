/** What the demo's viewers say, in turn, in the two languages that the apps speak. */
export const LINES: readonly string[] = [
  '晚上好！刚下班就来了',
  'Hello from Lisbon 👋',
  '这个杯子好治愈啊',
  'Is the mug dishwasher safe?',
  '围巾松绿色还有吗？',
  'That lamp is exactly what my desk needs',
  '上次买的咖啡已经喝完了，回购！',
  'How long does shipping take?',
  '护手霜的味道真的好闻',
  'The oat scarf is so soft, bought one last week',
  '等秒杀等秒杀',
  'Watching with my cat, she approves',
  '小夜灯续航真的有20小时吗',
  'Yuzu smells like winter holidays',
  '主播今天的背景好好看',
  'Do the mugs stack?',
  '给妈妈买一条，谢谢推荐',
  'Medium roast? Yes please',
  '手慢无啊，刚才差一点',
  'Love how calm this show is',
]

/** Names that say what these viewers are. */
export const NAMES = [
  '小满 · demo',
  'Iris · demo',
  '阿澈 · demo',
  'Theo · demo',
  '木木 · demo',
  'June · demo',
] as const
