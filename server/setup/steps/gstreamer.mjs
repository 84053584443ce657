import { spawnSync } from 'node:child_process'
import { aptInstall, canApt, installLine } from '../lib/apt.mjs'
import { SetupProblem } from '../lib/finding.mjs'
import { blocked } from '../lib/report.mjs'

const PACKAGES = [
  'gstreamer1.0-plugins-base',
  'gstreamer1.0-plugins-good',
  'gstreamer1.0-plugins-bad',
  'gstreamer1.0-plugins-ugly',
  'gstreamer1.0-nice',
  'gir1.2-gst-plugins-bad-1.0',
  'python3-gi',
]
const PROBE = `import gi
gi.require_version('Gst', '1.0')
gi.require_version('GstWebRTC', '1.0')
from gi.repository import Gst, GstWebRTC
Gst.init(None)
raise SystemExit(not all(map(Gst.ElementFactory.find, ['webrtcbin', 'x264enc', 'opusenc', 'nicesrc'])))`

/**
 * GStreamer's webrtcbin, an encoder and a player that are not ours, for the tests alone; where it cannot be had its test is skipped.
 * @returns {import('../lib/finding.mjs').Finding<void>}
 */
export function findGStreamer() {
  if (spawnSync('/usr/bin/python3', ['-c', PROBE]).status === 0) {
    return {
      state: 'ready',
      text: 'GStreamer, which publishes by WHIP and receives by WHEP in a test',
      value: undefined,
    }
  }
  if (canApt() && !couldNotInstall) {
    return {
      state: 'todo',
      text: 'GStreamer is not on this machine; installing it with apt-get for the tests',
      repair: install,
    }
  }
  const line = installLine({ apt: PACKAGES.join(' '), other: 'GStreamer 1.20 or newer' })
  return { state: 'ready', text: `no GStreamer: its test is skipped (${line})`, value: undefined }
}

let couldNotInstall = false

async function install() {
  couldNotInstall = true // is looked at again only where the packages did not bring what is needed
  try {
    await aptInstall(PACKAGES)
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error
    blocked({ text: error.message, why: error.why, fix: error.fix })
  }
}
