import { spawnSync } from 'node:child_process'
import { forTests } from './for-tests.mjs'

const PROBE = `import gi
gi.require_version('Gst', '1.0')
gi.require_version('GstWebRTC', '1.0')
from gi.repository import Gst, GstWebRTC
Gst.init(None)
raise SystemExit(not all(map(Gst.ElementFactory.find, ['webrtcbin', 'x264enc', 'opusenc', 'nicesrc'])))`

/** GStreamer's webrtcbin: an encoder and a player that are not ours. */
export const findGStreamer = forTests({
  name: 'GStreamer',
  role: 'which publishes by WHIP and receives by WHEP in a test',
  isHere: () => spawnSync('/usr/bin/python3', ['-c', PROBE]).status === 0,
  packages: [
    'gstreamer1.0-plugins-base',
    'gstreamer1.0-plugins-good',
    'gstreamer1.0-plugins-bad',
    'gstreamer1.0-plugins-ugly',
    'gstreamer1.0-nice',
    'gir1.2-gst-plugins-bad-1.0',
    'python3-gi',
  ],
  other: 'GStreamer 1.20 or newer',
})
