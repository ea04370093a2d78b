"""An encoder that is none of ours: GStreamer's webrtcbin, sending a moving picture and a tone into a room over WHIP (RFC 9725).

    whip_encoder.py http://localhost:8080/whip/studio?name=Desk --codec VP8 --trickle --transport tcp
"""

from offered_link import Direction, Gst, OfferedLink, arguments_parser

# Two seconds at most between two pictures to begin with; more of them when the server asks.
ENCODERS = {
    "VP8": "vp8enc deadline=1 cpu-used=8 target-bitrate=600000 keyframe-max-dist=60 ! rtpvp8pay picture-id-mode=15-bit",
    "H264": "x264enc speed-preset=ultrafast tune=zerolatency bitrate=600 key-int-max=60"
    " ! video/x-h264,profile=constrained-baseline ! rtph264pay config-interval=-1 aggregate-mode=zero-latency",
}
PIPELINE = """
  webrtcbin name=link bundle-policy=max-bundle
  videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=640,height=360,framerate=30/1
    ! queue ! {encoder} ! application/x-rtp,media=video,encoding-name={codec},payload=96 ! link.
  audiotestsrc is-live=true freq=440 ! audioconvert ! audio/x-raw,rate=48000,channels=2
    ! queue ! opusenc ! rtpopuspay ! application/x-rtp,media=audio,encoding-name=OPUS,payload=97 ! link.
"""


class Encoder(OfferedLink):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.link.connect("on-negotiation-needed", self.on_negotiation_needed)

    def begin(self):
        """It is offered when the encoders have said what they send."""

    def on_negotiation_needed(self, link):
        for index in range(2):
            link.emit("get-transceiver", index).props.direction = Direction.SENDONLY
        self.offer()


parser = arguments_parser()
parser.add_argument("--codec", choices=ENCODERS, default="VP8")
arguments = parser.parse_args()
pipeline = PIPELINE.format(codec=arguments.codec, encoder=ENCODERS[arguments.codec])
Encoder(Gst.parse_launch(pipeline), arguments).run()
