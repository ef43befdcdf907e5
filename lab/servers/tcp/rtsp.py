"""An RTSP server, whose only stream is silence."""
import gi
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

Gst.init(None)
server = GstRtspServer.RTSPServer(address="0.0.0.0", service="8554")
server.attach(None)
GLib.MainLoop().run()
