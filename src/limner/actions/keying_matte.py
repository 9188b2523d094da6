"""Give each frame transparency where it shows the key colour, and take that colour's light off the rest.

The work is done by tables over both chroma planes (FFmpeg's lut2), at the half size that chroma has:
a quarter of what FFmpeg's chromakey costs.
"""

from fractions import Fraction

import av
from av.filter.context import FilterContext
from av.video.frame import VideoFrame

from limner.actions.fit import even
from limner.actions.keying_colour import Key

LEAST_BLEND = 0.02
HUE_TOLERANCE = 1 / 160
"""Despill spares this times the square of a colour's distance from the key's hue: yellow shirts stay yellow,
hair and skin lose the backdrop's light."""
BLACK_LUMA = 16
COARSE = 8
"""The backdrop is painted black in blocks of this many pixels, two blocks away from all that shows."""
_MERGE = "map0s=0:map0p=0:map1s=1:map1p=0:map2s=2:map2p=0:map3s=3:map3p=0:format=yuva420p"


class Keyer:
    """Turns yuv420p frames of one size into yuva420p."""

    def __init__(self, *, key: Key, similarity: float, blend: float, has_despill: bool) -> None:
        self._key, self._similarity, self._blend = key, similarity, max(LEAST_BLEND, blend)
        self._has_despill = has_despill
        self._graph: av.filter.Graph | None = None
        self._number = 0

    def __call__(self, picture: VideoFrame) -> VideoFrame:
        """Return the frame with alpha: 0 where it is backdrop, 255 where it is not."""
        if self._graph is None:
            self._graph = self._build(picture)
        picture.pts, self._number = self._number, self._number + 1  # lut2 pairs frames by time
        self._graph.vpush(picture)
        return self._graph.vpull()

    def _build(self, picture: VideoFrame) -> av.filter.Graph:
        graph = av.filter.Graph()
        graph.threads = 2
        source = graph.add_buffer(
            width=picture.width, height=picture.height, format=picture.format, time_base=Fraction(1, 1000)
        )
        planes = graph.add("extractplanes", "y+u+v")
        source.link_to(planes)
        blue, red, matte = self._keyed(graph, planes)
        mattes = graph.add("split", "2")
        matte.link_to(mattes)
        alpha = graph.add("scale", f"{picture.width}:{picture.height}:flags=bilinear")
        mattes.link_to(alpha, 0)
        backs = _masks(graph, mattes, picture)
        luma = _painted(graph, (planes, 0), backs[0], BLACK_LUMA)
        colours = [
            _painted(graph, (node, 0), back, 128) for node, back in zip((blue, red), backs[1:], strict=True)
        ]
        merged = graph.add("mergeplanes", _MERGE)
        for number, node in enumerate((luma, *colours, alpha)):
            node.link_to(merged, 0, number)
        merged.link_to(graph.add("buffersink"))
        graph.configure()
        return graph

    def _keyed(self, graph: av.filter.Graph, planes: FilterContext) -> tuple[FilterContext, ...]:
        """Return Cb and Cr without the key's light, and the matte, all at half size."""
        blues, reds = graph.add("split", "3"), graph.add("split", "3")
        planes.link_to(blues, 1)
        planes.link_to(reds, 2)
        tables = []
        for number, text in enumerate((*self._despilled(), self._matte())):
            table = graph.add("lut2", f"c0='{text}'")
            blues.link_to(table, number, 0)
            reds.link_to(table, number, 1)
            tables.append(table)
        return tuple(tables)

    def _matte(self) -> str:
        """Return the formula of alpha. Colours stronger than the key, where the light is brighter, are backdrop."""
        along, aside = self._axes()
        chroma = self._key.chroma
        distance = f"hypot(max(0,{chroma:.4f}-{along}),{aside})/{chroma:.4f}"
        return f"clip(({distance}-{self._similarity:.4f})*255/{self._blend:.4f},0,255)"

    def _despilled(self) -> tuple[str, str]:
        """Return the formulas of Cb and Cr."""
        if not self._has_despill:
            return "x", "y"
        along, aside = self._axes()
        spill = f"max(0,{along}-{HUE_TOLERANCE}*pow({aside},2))"
        blue, red = self._key.blue / self._key.chroma, self._key.red / self._key.chroma
        return f"clip(x-{spill}*({blue:.5f}),0,255)", f"clip(y-{spill}*({red:.5f}),0,255)"

    def _axes(self) -> tuple[str, str]:
        """Return the formulas of how far a colour lies along the key's hue, and how far aside from it."""
        blue, red = self._key.blue / self._key.chroma, self._key.red / self._key.chroma
        along = f"((x-128)*({blue:.5f})+(y-128)*({red:.5f}))"
        return along, f"abs((y-128)*({blue:.5f})-(x-128)*({red:.5f}))"


def _masks(graph: av.filter.Graph, mattes: FilterContext, picture: VideoFrame) -> list[FilterContext]:
    """Return masks for luma, Cb and Cr: 0 where nothing shows for two blocks around."""
    width, height = picture.width, picture.height
    texts = (
        f"scale={even(width / COARSE)}:{even(height / COARSE)}:flags=area",
        "lut=c0='if(gt(val,2),255,0)'",
        "dilation",
        "dilation",
        f"scale={width // 2}:{height // 2}:flags=neighbor",
        "split=3",
    )
    node, output = mattes, 1
    for text in texts:
        name, _, arguments = text.partition("=")
        following = graph.add(name, arguments) if arguments else graph.add(name)
        node.link_to(following, output, 0)
        node, output = following, 0
    masks = []
    for number in range(3):
        size = f"{width}:{height}" if number == 0 else f"{width // 2}:{height // 2}"
        mask = graph.add("scale", f"{size}:flags=neighbor")
        node.link_to(mask, number, 0)
        masks.append(mask)
    return masks


def _painted(
    graph: av.filter.Graph, plane: tuple[FilterContext, int], mask: FilterContext, value: int
) -> FilterContext:
    """Return a plane with one value where the mask is 0.

    Players that know no transparency show black then, and nothing is spent on coding a backdrop.
    """
    painted = graph.add("lut2", f"c0='if(y,x,{value})'")
    plane[0].link_to(painted, plane[1], 0)
    mask.link_to(painted, 0, 1)
    return painted
