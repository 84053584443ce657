"""A player that is not ours: GStreamer's webrtcbin receives H264 and Opus by WHEP until its input closes.

    whep_player.py URL TICKET

Prints "frames N of WxH, K key frames" as whole pictures arrive; they are parsed, not decoded. It knows draft-ietf-wish-whep
and nothing of this server: it offers, and is answered. Ends by DELETE.
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

# What this end can decode.
VIDEO = "application/x-rtp,media=video,encoding-name=H264,payload=108,clock-rate=90000,packetization-mode=(string)1,profile-level-id=(string)42e01f,rtcp-fb-nack-pli=true"
AUDIO = "application/x-rtp,media=audio,encoding-name=OPUS,payload=98,clock-rate=48000,encoding-params=(string)2"

url, ticket = sys.argv[1:]
Gst.init(None)
loop = GLib.MainLoop()
pipeline = Gst.Pipeline.new()
rtc = Gst.ElementFactory.make("webrtcbin", "rtc")
rtc.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
pipeline.add(rtc)
session = None
frames = 0
key_frames = 0


def ask(method, at, body=None, **headers):
    request = urllib.request.Request(at, data=body, method=method)
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), value)
    return urllib.request.urlopen(request, timeout=10)


def on_frame(pad, info):
    global frames, key_frames
    frames += 1
    if not info.get_buffer().has_flags(Gst.BufferFlags.DELTA_UNIT):
        key_frames += 1
    if frames % 10 == 0:
        picture = pad.get_current_caps().get_structure(0)
        size = f"{picture.get_value('width')}x{picture.get_value('height')}"
        print(f"frames {frames} of {size}, {key_frames} key frames", flush=True)
    return Gst.PadProbeReturn.OK


def on_pad(_, pad):
    if pad.direction != Gst.PadDirection.SRC:
        return
    is_video = pad.get_current_caps().get_structure(0).get_string("media") == "video"
    reader = "rtph264depay ! h264parse ! video/x-h264,alignment=au" if is_video else "rtpopusdepay ! opusdec"
    branch = Gst.parse_bin_from_description(f"queue ! {reader} ! fakesink name=sink sync=false async=false", True)
    pipeline.add(branch)
    branch.sync_state_with_parent()
    pad.link(branch.get_static_pad("sink"))
    if is_video:
        branch.get_by_name("sink").get_static_pad("sink").add_probe(Gst.PadProbeType.BUFFER, on_frame)


def on_offer(promise, *_):
    reply = promise.get_reply()  # owns the offer: it must live as long
    rtc.emit("set-local-description", reply.get_value("offer"), Gst.Promise.new())


def on_gathering(*_):
    if rtc.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
        GLib.idle_add(watch)


def offer():
    for caps in (VIDEO, AUDIO):
        rtc.emit("add-transceiver", GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY, Gst.Caps.from_string(caps))
    rtc.emit("create-offer", None, Gst.Promise.new_with_change_func(on_offer))
    return False


def watch():
    global session
    sdp = rtc.get_property("local-description").sdp.as_text()
    try:
        answered = ask("POST", url, sdp.encode(), Content_Type="application/sdp", Authorization="Bearer " + ticket)
    except urllib.error.HTTPError as refused:
        print("refused", refused.code, refused.read().decode(), flush=True)
        loop.quit()
        return False
    session = urllib.parse.urljoin(url, answered.headers["Location"])
    print("answered", answered.status, flush=True)
    _, answer = GstSdp.SDPMessage.new()
    GstSdp.sdp_message_parse_buffer(answered.read(), answer)
    described = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, answer)
    rtc.emit("set-remote-description", described, Gst.Promise.new())
    return False


def until_closed():
    sys.stdin.read()
    loop.quit()


rtc.connect("pad-added", on_pad)
rtc.connect("notify::ice-gathering-state", on_gathering)
threading.Thread(target=until_closed, daemon=True).start()
pipeline.set_state(Gst.State.PLAYING)
GLib.idle_add(offer)
loop.run()
if session:
    ask("DELETE", session)
pipeline.set_state(Gst.State.NULL)
