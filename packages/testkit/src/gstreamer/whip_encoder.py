"""An encoder that is none of ours: GStreamer's webrtcbin, sending a moving picture and a tone into a room over WHIP (RFC 9725).

    whip_encoder.py http://localhost:8080/whip/studio?name=Desk --codec VP8 --trickle --transport tcp

Tells what happens by lines of JSON. Ends by DELETE when its input is closed, and without a word when it is killed.
"""

import argparse
import json
import sys
import threading
import urllib.error
import urllib.request
from urllib.parse import urljoin

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

# Two seconds at most between two pictures to begin with; more of them when the server asks.
ENCODERS = {
    "VP8": "vp8enc deadline=1 cpu-used=8 target-bitrate=600000 keyframe-max-dist=60 ! rtpvp8pay picture-id-mode=15-bit",
    "H264": "x264enc speed-preset=ultrafast tune=zerolatency bitrate=600 key-int-max=60"
    " ! video/x-h264,profile=constrained-baseline ! rtph264pay config-interval=-1 aggregate-mode=zero-latency",
}
PIPELINE = """
  webrtcbin name=whip bundle-policy=max-bundle
  videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=640,height=360,framerate=30/1
    ! queue ! {encoder} ! application/x-rtp,media=video,encoding-name={codec},payload=96 ! whip.
  audiotestsrc is-live=true freq=440 ! audioconvert ! audio/x-raw,rate=48000,channels=2
    ! queue ! opusenc ! rtpopuspay ! application/x-rtp,media=audio,encoding-name=OPUS,payload=97 ! whip.
"""


def tell(**what):
    print(json.dumps(what), flush=True)


class Encoder:
    def __init__(self, endpoint, codec, trickle, transport):
        self.endpoint = endpoint
        self.trickle = trickle
        self.transport = transport
        self.location = None
        self.etag = None
        self.candidates = []
        self.loop = GLib.MainLoop()
        self.pipeline = Gst.parse_launch(PIPELINE.format(codec=codec, encoder=ENCODERS[codec]))
        self.whip = self.pipeline.get_by_name("whip")
        self.whip.connect("on-negotiation-needed", self.on_negotiation_needed)
        self.whip.connect("on-ice-candidate", self.on_ice_candidate)
        self.whip.connect("notify::ice-gathering-state", self.on_gathering)
        self.whip.connect("notify::connection-state", self.on_connection)
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message::error", self.on_error)

    def run(self):
        threading.Thread(target=self.wait_for_end, daemon=True).start()
        self.pipeline.set_state(Gst.State.PLAYING)
        self.loop.run()
        self.pipeline.set_state(Gst.State.NULL)

    # The signals come from GStreamer's threads, which must not wait for the network: all requests are made by the main loop.

    def on_negotiation_needed(self, whip):
        for index in range(2):
            transceiver = whip.emit("get-transceiver", index)
            transceiver.props.direction = GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY
        whip.emit("create-offer", None, Gst.Promise.new_with_change_func(self.on_offer))

    def on_offer(self, promise):
        # The reply owns the offer, so that it has to live as long.
        reply = promise.get_reply()
        offer = reply.get_value("offer")
        self.whip.emit("set-local-description", offer, None)
        if self.trickle:
            GLib.idle_add(self.publish, offer.sdp.as_text())

    def on_ice_candidate(self, _whip, _line, candidate):
        self.candidates.append(candidate)

    def on_gathering(self, whip, _name):
        if whip.props.ice_gathering_state != GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            return
        if self.trickle:
            GLib.idle_add(self.send_candidates)
        else:
            GLib.idle_add(lambda: self.publish(whip.props.local_description.sdp.as_text()))

    def on_connection(self, whip, _name):
        tell(event="connection", state=whip.props.connection_state.value_nick)

    def on_error(self, _bus, message):
        error, details = message.parse_error()
        tell(event="failed", reason=f"{error.message} {details}")
        self.loop.quit()

    def wait_for_end(self):
        sys.stdin.read()
        GLib.idle_add(self.end)

    def request(self, method, url, headers, body=None):
        request = urllib.request.Request(url, data=body, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status, response.headers, response.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.headers, refused.read().decode()

    def publish(self, offer):
        headers = {"Content-Type": "application/sdp"}
        status, answered, body = self.request("POST", self.endpoint, headers, offer.encode())
        tell(event="published", status=status, **({} if status == 201 else {"offer": offer, "answer": body}))
        if status != 201:
            return self.loop.quit()
        self.location = urljoin(self.endpoint, answered["Location"])
        self.etag = answered["ETag"]
        _, sdp = GstSdp.SDPMessage.new_from_text("".join(filter(self.is_wanted, body.splitlines(keepends=True))))
        answer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, sdp)
        self.whip.emit("set-remote-description", answer, None)

    # The server has both, and each is to be shown to work.
    def is_wanted(self, line):
        return not line.startswith("a=candidate:") or line.split(" ")[2] == self.transport

    def send_candidates(self):
        lines = ["a=mid:video0", *(f"a={candidate}" for candidate in self.candidates), "a=end-of-candidates", ""]
        headers = {"Content-Type": "application/trickle-ice-sdpfrag", "If-Match": self.etag}
        status, _, _ = self.request("PATCH", self.location, headers, "\r\n".join(lines).encode())
        tell(event="trickled", status=status)

    def end(self):
        if self.location is not None:
            status, _, _ = self.request("DELETE", self.location, {})
            tell(event="deleted", status=status)
        self.loop.quit()


parser = argparse.ArgumentParser()
parser.add_argument("endpoint")
parser.add_argument("--codec", choices=ENCODERS, default="VP8")
parser.add_argument("--trickle", action="store_true")
parser.add_argument("--transport", choices=["udp", "tcp"], default="udp")
arguments = parser.parse_args()
Gst.init(None)
Encoder(arguments.endpoint, arguments.codec, arguments.trickle, arguments.transport).run()
