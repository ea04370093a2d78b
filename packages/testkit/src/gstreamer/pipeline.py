"""Runs a pipeline of GStreamer until its input is closed. Tells the ports of its named udpsrc elements by a line of JSON."""

import json
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst  # noqa: E402

Gst.init(None)
loop = GLib.MainLoop()
pipeline = Gst.parse_launch(sys.argv[1])


def tell(**what):
    print(json.dumps(what), flush=True)


def on_error(_bus, message):
    error, details = message.parse_error()
    tell(event="failed", reason=f"{error.message} {details}")
    loop.quit()


def wait_for_end():
    sys.stdin.read()
    GLib.idle_add(loop.quit)


bus = pipeline.get_bus()
bus.add_signal_watch()
bus.connect("message::error", on_error)
threading.Thread(target=wait_for_end, daemon=True).start()
pipeline.set_state(Gst.State.PLAYING)
sources = [element for element in pipeline.children if element.get_factory().get_name() == "udpsrc"]
tell(event="playing", ports={source.get_name(): source.props.port for source in sources})
loop.run()
pipeline.set_state(Gst.State.NULL)
