import { dictionary } from '../../kit/i18n.ts'

export const recordingWords = dictionary({
  en: {
    recording: 'Replay',
    recordingOf: (title: string) => `Replay of ${title}`,
    none: 'Nothing was recorded',
    noneText:
      'Shows are recorded while a host sends a picture, unless the settings say that replays are not kept.',
    running: 'Recording. Clips are cut when the show has ended.',
    ready: 'Viewers see it on the show’s page.',
    hiddenNow: 'Hidden: viewers see neither replay nor clips.',
    deleted: 'The replay was deleted',
    deletedText: 'Its time was over, or somebody deleted it.',
    length: 'Length',
    size: 'Size',
    keptUntil: 'Kept until',
    show: 'Show it to viewers',
    clips: 'Clips',
    noClips: 'No product was pinned long enough for a clip.',
    download: 'Download',
    downloadOf: (title: string) => `Download the clip about ${title}`,
    clipOf: (title: string) => `Clip about ${title}`,
    remove: 'Delete replay and clips',
    removeSure: 'Delete for good',
    removeText: 'This cannot be undone. Orders and figures of the show stay.',
    removed: 'The replay was deleted',
    trouble: {
      storage_full: 'A part is missing: the server’s disk was full.',
      storage_failed: 'A part is missing: it could not be written to the disk.',
      encoder_failed: 'A part may be missing: the recording broke off and was begun anew.',
      too_many: 'A part is missing: too many hosts were recorded at once.',
      sound_alone: 'Sound without a picture was sent, and replays need a picture.',
    },
    clipsMissing: 'Some clips could not be made: the disk may be full. They are tried again for a day.',
    settings: 'Replays',
    days: 'Kept for (days)',
    daysHint:
      'After this many days a replay and its clips are deleted. 0: shows are not recorded, and none is kept.',
    shorten: 'Keep replays for fewer days?',
    shortenText: (days: string) =>
      `Replays and clips of shows that ended more than ${days} days ago are deleted within the hour, for good.`,
    shortenSure: 'Keep fewer',
    saved: 'Saved',
  },
  'zh-CN': {
    recording: '回放',
    recordingOf: (title) => `《${title}》的回放`,
    none: '没有录制内容',
    noneText: '主播推送画面时会自动录制，除非设置中关闭了回放。',
    running: '正在录制，直播结束后自动剪辑商品片段。',
    ready: '观众可在直播页面观看。',
    hiddenNow: '已隐藏，观众看不到回放和片段。',
    deleted: '回放已删除',
    deletedText: '保存期已过，或已被手动删除。',
    length: '时长',
    size: '大小',
    keptUntil: '保存至',
    show: '向观众展示',
    clips: '商品片段',
    noClips: '没有讲解时间足够长的商品。',
    download: '下载',
    downloadOf: (title) => `下载“${title}”的片段`,
    clipOf: (title) => `“${title}”的片段`,
    remove: '删除回放和片段',
    removeSure: '永久删除',
    removeText: '删除后无法恢复。订单和数据不受影响。',
    removed: '回放已删除',
    trouble: {
      storage_full: '部分内容缺失：服务器磁盘已满。',
      storage_failed: '部分内容缺失：写入磁盘失败。',
      encoder_failed: '可能有部分缺失：录制中断后已重新开始。',
      too_many: '部分内容缺失：同时录制的主播过多。',
      sound_alone: '主播只推送了声音，没有画面，无法生成回放。',
    },
    clipsMissing: '部分商品片段未能生成，磁盘可能已满。一天内会自动重试。',
    settings: '回放',
    days: '保存天数',
    daysHint: '超过天数后，回放和片段会自动删除。填 0 表示不录制，也不保留已有回放。',
    shorten: '缩短回放的保存天数？',
    shortenText: (days) => `结束超过 ${days} 天的直播，其回放和片段将在一小时内永久删除。`,
    shortenSure: '缩短',
    saved: '已保存',
  },
})

/** 1.5 MB, 2.3 GB. */
export function bytesText(bytes: number): string {
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = bytes / 1000
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}
