"""What a program over GStreamer's webrtcbin needs to offer its own link by HTTP: RFC 9725 (WHIP) and draft-ietf-wish-whep ask for the same.

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

Gst.init(None)
Direction = GstWebRTC.WebRTCRTPTransceiverDirection


def tell(**what):
    print(json.dumps(what), flush=True)


def arguments_parser():
    parser = argparse.ArgumentParser()
    parser.add_argument("endpoint")
    parser.add_argument("--trickle", action="store_true")
    parser.add_argument("--transport", choices=["udp", "tcp"], default="udp")
    return parser


class OfferedLink:
    """The webrtcbin that is called link in a pipeline."""

    def __init__(self, pipeline, arguments):
        self.endpoint = arguments.endpoint
        self.trickle = arguments.trickle
        self.transport = arguments.transport
        self.location = None
        self.etag = None
        self.candidates = []
        self.loop = GLib.MainLoop()
        self.pipeline = pipeline
        self.link = self.pipeline.get_by_name("link")
        self.link.connect("on-ice-candidate", self.on_ice_candidate)
        self.link.connect("notify::ice-gathering-state", self.on_gathering)
        self.link.connect("notify::connection-state", self.on_connection)
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message::error", self.on_error)

    def run(self):
        threading.Thread(target=self.wait_for_end, daemon=True).start()
        self.pipeline.set_state(Gst.State.PLAYING)
        self.begin()
        self.loop.run()
        self.pipeline.set_state(Gst.State.NULL)

    def begin(self):
        """Calls offer, as soon as the link knows what it is for."""
        raise NotImplementedError

    def offer(self):
        self.link.emit("create-offer", None, Gst.Promise.new_with_change_func(self.on_offer))

    # The signals come from GStreamer's threads, which must not wait for the network: all requests are made by the main loop.

    def on_offer(self, promise):
        # The reply owns the offer, so that it has to live as long.
        reply = promise.get_reply()
        offer = reply.get_value("offer")
        self.link.emit("set-local-description", offer, None)
        if self.trickle:
            GLib.idle_add(self.send_offer, offer.sdp.as_text())

    def on_ice_candidate(self, _link, _line, candidate):
        self.candidates.append(candidate)

    def on_gathering(self, link, _name):
        if link.props.ice_gathering_state != GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            return
        if self.trickle:
            GLib.idle_add(self.send_candidates)
        else:
            GLib.idle_add(lambda: self.send_offer(link.props.local_description.sdp.as_text()))

    def on_connection(self, link, _name):
        tell(event="connection", state=link.props.connection_state.value_nick)

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

    def send_offer(self, offer):
        headers = {"Content-Type": "application/sdp"}
        status, answered, body = self.request("POST", self.endpoint, headers, offer.encode())
        tell(event="answered", status=status, **({} if status == 201 else {"offer": offer, "answer": body}))
        if status != 201:
            return self.loop.quit()
        self.location = urljoin(self.endpoint, answered["Location"])
        self.etag = answered["ETag"]
        _, sdp = GstSdp.SDPMessage.new_from_text("".join(filter(self.is_wanted, body.splitlines(keepends=True))))
        answer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, sdp)
        self.link.emit("set-remote-description", answer, None)

    # The server has both, and each is to be shown to work.
    def is_wanted(self, line):
        return not line.startswith("a=candidate:") or line.split(" ")[2] == self.transport

    def send_candidates(self):
        mid = self.link.emit("get-transceiver", 0).props.mid
        lines = [f"a=mid:{mid}", *(f"a={candidate}" for candidate in self.candidates), "a=end-of-candidates", ""]
        headers = {"Content-Type": "application/trickle-ice-sdpfrag", "If-Match": self.etag}
        status, _, _ = self.request("PATCH", self.location, headers, "\r\n".join(lines).encode())
        tell(event="trickled", status=status)

    def end(self):
        if self.location is not None:
            status, _, _ = self.request("DELETE", self.location, {})
            tell(event="deleted", status=status)
        self.loop.quit()
