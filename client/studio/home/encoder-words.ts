import { dictionary } from '../../kit/i18n.ts'

/** Words of going live by OBS. */
export const encoderWords = dictionary({
  en: {
    title: 'Go live from OBS',
    text: 'In OBS, open Settings, then Stream, choose the service WHIP, and paste these two. “Start streaming” puts your current show on air at once; open it here beside OBS to run it: pins, flash sales, teleprompter, co-hosts.',
    server: 'Server',
    key: 'Bearer token (your stream key)',
    noKey: 'You have no stream key yet.',
    hasKey: (made: string) => `You have a key, made ${made}.`,
    neverUsed: 'It was never used.',
    lastUsed: (time: string) => `Last used ${time}.`,
    make: 'Make a key',
    replace: 'Make a new key',
    replaceHint: 'The present key ends at once, with whatever it is streaming.',
    once: 'Copy it now: it is shown this once. Whoever has it can go live as you.',
    revoke: 'Delete the key',
    revoked: 'The key is deleted',
    settings:
      'Best settings: x264 or a hardware H264 encoder, baseline profile, keyframes every 1 s, no B-frames, at most 6 Mbit/s.',
  },
  'zh-CN': {
    title: '用 OBS 开播',
    text: '在 OBS 中打开“设置 → 直播”，服务选择 WHIP，填入下面两项。点击“开始直播”后，当前这场直播会立即开播。再在这里打开这场直播，即可讲解商品、开抢购、用提词器和连麦。',
    server: '服务器',
    key: '不记名令牌（推流密钥）',
    noKey: '还没有推流密钥。',
    hasKey: (made: string) => `已有密钥，生成于 ${made}。`,
    neverUsed: '尚未使用过。',
    lastUsed: (time: string) => `最近使用：${time}。`,
    make: '生成密钥',
    replace: '重新生成密钥',
    replaceHint: '原密钥会立即失效，正在用它推流的直播也会中断。',
    once: '请现在复制，密钥只显示这一次。拿到它的人可以用你的身份开播。',
    revoke: '删除密钥',
    revoked: '密钥已删除',
    settings:
      '推荐设置：x264 或硬件 H264 编码器，baseline 配置，关键帧间隔 1 秒，不用 B 帧，码率不超过 6 Mbps。',
  },
})
