"""Turns films grey by luminance, as pictures are, with tables over brightness and colourfulness (FFmpeg's lut2).

Luminance needs linear light, and brightness (luma) is a sum of what is not: vivid colours come out too dark by it.
Around grey the error has no part that is linear in the colour, because luma and luminance weigh red, green and
blue alike; what is left depends on one number, the square sum q of the three channels' distances from luma:
luminance = linear(luma) + q (0.822 + 0.504 luma + 0.267 √q). Fitted over all colours of BT.709: at most 3.5 levels
off, 0.4 in the mean. A quarter of the cost of a table over all three planes.
"""

from fractions import Fraction

import av
import numpy as np
from av.video.frame import VideoFrame

from limner.actions.filter_film import to_frame

_BLUE, _RED = "((x-128)/224)", "((y-128)/224)"
_Q = (
    f"(0.2126*pow(1.5748*{_RED},2)+0.7152*pow(0.18732*{_BLUE}+0.46812*{_RED},2)+0.0722*pow(1.8556*{_BLUE},2))"
)
_MOST = 0.46
"""The square root of q that the table's 255 stands for; green and magenta have 0.451, the most."""
_ROOT = f"(y*{_MOST}/255)"
_LUMA = "max(0,(x-16)/219)"
_LINEAR = f"if(lte({_LUMA},0.04045),{_LUMA}/12.92,pow(({_LUMA}+0.055)/1.055,2.4))"
_LUMINANCE = f"({_LINEAR}+pow({_ROOT},2)*(0.822+0.504*{_LUMA}+0.267*{_ROOT}))"
GREY = f"(st(0,{_LUMINANCE});if(lte(ld(0),0.0031308),12.92*ld(0),1.055*pow(ld(0),1/2.4)-0.055))"
"""The grey of a colour, sRGB 0 to 1, of brightness x and a root of q given as y."""


class InGrey:
    """Replaces the colours of frames of one size by greys."""

    def __init__(self, size: tuple[int, int], level: str = GREY) -> None:
        """size: width and height. level: FFmpeg's formula of the new grey, 0 to 1, of x and y as in `GREY`."""
        width, height = size
        graph = av.filter.Graph()
        graph.threads = 2
        source = graph.add_buffer(
            width=width, height=height, format=av.VideoFormat("yuv420p"), time_base=Fraction(1, 1000)
        )
        planes = graph.add("extractplanes", "y+u+v")
        root = graph.add("lut2", c0=f"255/{_MOST}*sqrt{_Q}+0.5")
        sized = graph.add("scale", f"{width}:{height}:flags=bilinear")
        table = graph.add("lut2", c0=f"clip(16.5+219*{level},16,235)")
        source.link_to(planes)
        planes.link_to(root, 1, 0)
        planes.link_to(root, 2, 1)
        root.link_to(sized)
        planes.link_to(table, 0, 0)
        sized.link_to(table, 0, 1)
        table.link_to(graph.add("buffersink"))
        graph.configure()
        self._graph, self._number = graph, 0
        self._neutral = np.full((height // 2, width // 2), 128, np.uint8)

    def __call__(self, frame: VideoFrame, number: int) -> VideoFrame:
        """Return the frame without colour."""
        frame.pts, self._number = self._number, self._number + 1  # lut2 pairs frames by time
        self._graph.vpush(frame)
        grey = self._graph.vpull()
        luma = np.frombuffer(memoryview(grey.planes[0]), np.uint8).reshape(grey.height, -1)[:, : grey.width]
        return to_frame((luma, self._neutral, self._neutral))


def in_black_and_white(size: tuple[int, int], threshold: float) -> InGrey:
    """Return a change to white from a grey of `threshold`, 0 to 255, and to black below it."""
    return InGrey(size, f"gte(floor(255*{GREY}+0.5),{threshold:.6f})")
