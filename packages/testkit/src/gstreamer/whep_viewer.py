"""A viewer that is none of ours: GStreamer's webrtcbin, which decodes what it is shown over WHEP (draft-ietf-wish-whep).

    whep_viewer.py http://localhost:8080/whep/studio --codec VP8 --codec H264 --trickle --transport tcp

Tells every second what it has decoded so far: pictures and their size, and sounds, how many of which can be heard; and when nothing
comes any more.
"""

from array import array

from offered_link import Direction, GLib, Gst, OfferedLink, arguments_parser, tell

SOUND = "application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,encoding-params=(string)2,payload=97"
PICTURES = {
    "VP8": "application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000,payload=98",
    "H264": "application/x-rtp,media=video,encoding-name=H264,clock-rate=90000,payload=99"
    ",packetization-mode=(string)1,profile-level-id=(string)42e01f",
}
DECODERS = {
    "OPUS": "queue ! rtpopusdepay ! opusdec ! audioconvert ! audio/x-raw,format=S16LE,channels=1",
    "VP8": "queue ! rtpvp8depay ! vp8dec",
    "H264": "queue ! rtph264depay ! h264parse ! openh264dec",
}
# Of 16 bits: a hundredth of full scale.
HEARD = 327
# Silence is sent too.
QUIET_SECONDS = 3


class Viewer(OfferedLink):
    def __init__(self, arguments):
        pipeline = Gst.Pipeline()
        pipeline.add(Gst.parse_launch("webrtcbin name=link bundle-policy=max-bundle"))
        super().__init__(pipeline, arguments)
        self.codecs = arguments.codec or list(PICTURES)
        self.pictures = 0
        self.size = None
        # Blocks of sound, and how many of them can be heard.
        self.sounds = 0
        self.heard = 0
        self.sounds_before = 0
        self.quiet_seconds = 0
        self.link.connect("pad-added", self.on_stream)

    def begin(self):
        feedback = ",rtcp-fb-nack-pli=(boolean)true"
        for caps in [SOUND, ";".join(PICTURES[codec] + feedback for codec in self.codecs)]:
            transceiver = self.link.emit("add-transceiver", Direction.RECVONLY, Gst.Caps.from_string(caps))
            # Asks again for what is lost.
            transceiver.props.do_nack = True
        self.offer()
        GLib.timeout_add_seconds(1, self.report)

    # Also for each further source of one kind: those of another mixer are streams of their own.
    def on_stream(self, _link, pad):
        if pad.direction != Gst.PadDirection.SRC:
            return
        codec = pad.get_current_caps().get_structure(0).get_string("encoding-name").upper()
        decoder = Gst.parse_bin_from_description(f"{DECODERS[codec]} ! fakesink name=sink signal-handoffs=true", True)
        sink = decoder.get_by_name("sink")
        if codec == "OPUS":
            sink.connect("handoff", self.on_sound)
        else:
            sink.connect("handoff", self.on_picture, codec)
        self.pipeline.add(decoder)
        decoder.sync_state_with_parent()
        pad.link(decoder.get_static_pad("sink"))

    def on_picture(self, _sink, _buffer, pad, codec):
        self.pictures += 1
        if self.size is None:
            caps = pad.get_current_caps().get_structure(0)
            self.size = f"{codec} {caps.get_value('width')}x{caps.get_value('height')}"

    def on_sound(self, _sink, buffer, _pad):
        self.sounds += 1
        samples = array("h", buffer.extract_dup(0, buffer.get_size()))
        self.heard += max(map(abs, samples), default=0) >= HEARD

    def report(self):
        tell(event="received", pictures=self.pictures, size=self.size, sounds=self.sounds, heard=self.heard)
        # What webrtcbin 1.22 does not say: it keeps to itself that the other side has closed the link.
        self.quiet_seconds = self.quiet_seconds + 1 if self.sounds == self.sounds_before else 0
        self.sounds_before = self.sounds
        if self.quiet_seconds == QUIET_SECONDS and self.sounds > 0:
            tell(event="ended")
        return GLib.SOURCE_CONTINUE


parser = arguments_parser()
parser.add_argument("--codec", choices=PICTURES, action="append")
Viewer(parser.parse_args()).run()
