"""A player that is not ours: GStreamer's webrtcbin receives H264 and Opus by WHEP until its input closes.

    whep_player.py URL TICKET

Prints "frames N of WxH, K key frames" as whole pictures arrive; they are parsed, not decoded. The server answers with an offer of its own (406, the counter-offer of
draft-ietf-wish-whep), so this end makes the answer. Ends by DELETE.
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

# What this end can decode; the server reads nothing else of the first offer.
RECEIVABLE = "\r\n".join(
    """v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
m=video 9 UDP/TLS/RTP/SAVPF 96
c=IN IP4 0.0.0.0
a=mid:0
a=recvonly
a=rtcp-mux
a=rtpmap:96 H264/90000
a=fmtp:96 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=rtcp-fb:96 ccm fir
m=audio 9 UDP/TLS/RTP/SAVPF 97
c=IN IP4 0.0.0.0
a=mid:1
a=recvonly
a=rtcp-mux
a=rtpmap:97 opus/48000/2
""".split("\n")
)

url, ticket = sys.argv[1:]
Gst.init(None)
loop = GLib.MainLoop()
pipeline = Gst.Pipeline.new()
rtc = Gst.ElementFactory.make("webrtcbin", "rtc")
rtc.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
pipeline.add(rtc)
session = None
etag = None
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


def on_answer(promise, *_):
    reply = promise.get_reply()  # owns the answer: it must live as long
    rtc.emit("set-local-description", reply.get_value("answer"), Gst.Promise.new())


def on_gathering(*_):
    if rtc.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
        GLib.idle_add(answer)


def answer():
    sdp = rtc.get_property("local-description").sdp.as_text()
    status = ask("PATCH", session, sdp.encode(), Content_Type="application/sdp", If_Match=etag).status
    print("answered", status, flush=True)
    return False


def watch():
    global session, etag
    try:
        ask("POST", url, RECEIVABLE.encode(), Content_Type="application/sdp", Authorization="Bearer " + ticket)
    except urllib.error.HTTPError as counter:
        if counter.code != 406:
            print("refused", counter.code, counter.read().decode(), flush=True)
            loop.quit()
            return False
        session = urllib.parse.urljoin(url, counter.headers["Location"])
        etag = counter.headers["ETag"]
        _, offer = GstSdp.SDPMessage.new()
        GstSdp.sdp_message_parse_buffer(counter.read(), offer)
        described = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.OFFER, offer)
        rtc.emit("set-remote-description", described, Gst.Promise.new_with_change_func(on_remote))
    return False


def on_remote(*_):
    rtc.emit("create-answer", None, Gst.Promise.new_with_change_func(on_answer))


def until_closed():
    sys.stdin.read()
    loop.quit()


rtc.connect("pad-added", on_pad)
rtc.connect("notify::ice-gathering-state", on_gathering)
threading.Thread(target=until_closed, daemon=True).start()
pipeline.set_state(Gst.State.PLAYING)
GLib.idle_add(watch)
loop.run()
if session:
    ask("DELETE", session)
pipeline.set_state(Gst.State.NULL)
