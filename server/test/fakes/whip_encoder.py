"""An encoder that is not ours: GStreamer's webrtcbin publishes H264 and Opus by WHIP until its input closes.

    whip_encoder.py URL KEY

Prints "on air" when DTLS is up. Ends by DELETE when standard input closes; killed, it leaves without a word.
"""

import sys
import threading
import urllib.error
import urllib.parse
import urllib.request

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstWebRTC", "1.0")
gi.require_version("GstSdp", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

url, key = sys.argv[1:]
Gst.init(None)
loop = GLib.MainLoop()
pipeline = Gst.parse_launch(
    "webrtcbin name=rtc bundle-policy=max-bundle "
    "videotestsrc is-live=true pattern=ball ! video/x-raw,width=640,height=360,framerate=25/1 ! videoconvert"
    " ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 bitrate=800"
    " ! video/x-h264,profile=constrained-baseline"
    " ! rtph264pay config-interval=-1 aggregate-mode=zero-latency"
    " ! application/x-rtp,media=video,encoding-name=H264,payload=96 ! rtc. "
    "audiotestsrc is-live=true wave=ticks ! audioconvert ! audioresample ! opusenc ! rtpopuspay"
    " ! application/x-rtp,media=audio,encoding-name=OPUS,payload=97 ! rtc."
)
rtc = pipeline.get_by_name("rtc")
session = None


def ask(method, at, body=None, kind=None):
    request = urllib.request.Request(at, data=body, method=method)
    request.add_header("Authorization", "Bearer " + key)
    if kind:
        request.add_header("Content-Type", kind)
    return urllib.request.urlopen(request, timeout=10)


def publish():
    global session
    sdp = rtc.get_property("local-description").sdp.as_text()
    try:
        response = ask("POST", url, sdp.encode(), "application/sdp")
    except urllib.error.HTTPError as refused:
        print("refused", refused.code, refused.read().decode(), sdp, flush=True)
        loop.quit()
        return False
    session = urllib.parse.urljoin(url, response.headers["Location"])
    _, answer = GstSdp.SDPMessage.new()
    GstSdp.sdp_message_parse_buffer(response.read(), answer)
    described = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, answer)
    rtc.emit("set-remote-description", described, Gst.Promise.new())
    return False


def on_offer(promise, *_):
    reply = promise.get_reply()  # owns the offer: it must live as long
    rtc.emit("set-local-description", reply.get_value("offer"), Gst.Promise.new())


def on_gathering(*_):
    if rtc.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
        GLib.idle_add(publish)


def on_connection(*_):
    if rtc.get_property("connection-state") == GstWebRTC.WebRTCPeerConnectionState.CONNECTED:
        print("on air", flush=True)


def until_closed():
    sys.stdin.read()
    loop.quit()


rtc.connect("on-negotiation-needed", lambda *_: rtc.emit("create-offer", None, Gst.Promise.new_with_change_func(on_offer)))
rtc.connect("notify::ice-gathering-state", on_gathering)
rtc.connect("notify::connection-state", on_connection)
threading.Thread(target=until_closed, daemon=True).start()
pipeline.set_state(Gst.State.PLAYING)
loop.run()
if session:
    ask("DELETE", session)
pipeline.set_state(Gst.State.NULL)
