"""Set a caption over a film: it fades in at the foot of the frame and stands still while the picture moves."""

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image

from limner.actions.canvas import lay_ink, soft_shadow
from limner.actions.fonts import left_out, without_missing
from limner.actions.job import Job
from limner.actions.typeset import balanced, fit, ink

STYLE = "sans-bold"
TYPE_SHARE = 1 / 18
"""The size of type, as a share of the frame's shorter side."""
MARGIN_SHARE = 0.08
MOST_HEIGHT_SHARE = 0.3
SHADOW_RADIUS = 0.14
"""In sizes of type."""
SCRIM_ALPHA = 0.5
"""How dark the foot of the frame gets, so that white type reads on a white picture."""
DELAY_SECONDS, FADE_SECONDS = 0.3, 0.5

Plane = NDArray[np.float32]


class Caption:
    """A caption drawn once, ready to be laid over frame after frame."""

    def __init__(self, text: str, size: tuple[int, int]) -> None:
        drawing = _draw(text, size)
        top = drawing.getchannel("A").getbbox()
        self._top = (top[1] if top else size[1]) // 2 * 2
        part = np.asarray(drawing)[self._top :]
        alpha = part[..., 3].astype(np.float32) / np.float32(255)
        pixels = VideoFrame.from_ndarray(np.ascontiguousarray(part[..., :3]), "rgb24")
        planes = pixels.reformat(format="yuv444p", dst_colorspace="ITU709").to_ndarray().astype(np.float32)
        self._layers: list[tuple[Plane, Plane]] = [(planes[0] * alpha, alpha)]
        self._layers += [(_halved(plane * alpha), _halved(alpha)) for plane in planes[1:]]

    def lay_over(self, planes: list[NDArray[np.uint8]], seconds: float) -> None:
        """Blend the caption into the three planes of a yuv420p frame that is shown at `seconds`."""
        share = min(1.0, max(0.0, (seconds - DELAY_SECONDS) / FADE_SECONDS))
        share = share * share * (3 - 2 * share)
        if share == 0:
            return
        for plane, (ink_plane, alpha) in zip(planes, self._layers, strict=True):
            foot = plane[plane.shape[0] - alpha.shape[0] :]
            foot[:] = (foot * (1 - alpha * share) + ink_plane * share + 0.5).astype(np.uint8)


def make_caption(job: Job, size: tuple[int, int]) -> Caption | None:
    """Return the caption that `params.caption` asks for, or None; the user is told what cannot be set."""
    text, missing = without_missing(str(job.params["caption"]).strip(), STYLE)
    if missing:
        job.warn(f"params.caption: {left_out(missing)}")
    return Caption(text, size) if text.strip() else None


def _draw(text: str, size: tuple[int, int]) -> Image.Image:
    width, height = size
    drawing = Image.new("RGBA", size, (0, 0, 0, 0))
    margin = round(min(size) * MARGIN_SHARE)
    room = (width - 2 * margin, height * MOST_HEIGHT_SHARE)
    block = fit(text, STYLE, max(9.0, min(size) * TYPE_SHARE), room)
    if "\n" not in text:
        block = balanced(block, room[0])
    mask = ink(block, "center")
    place = ((width - mask.width) // 2, height - margin - mask.height)
    _shade_foot(drawing, max(0, place[1] - 2 * margin))
    shadow, spread = soft_shadow(mask, max(1.0, block.size_px * SHADOW_RADIUS), 0.6)
    lay_ink(drawing, shadow, (place[0] - spread, place[1] - spread), (0, 0, 0, 255))
    lay_ink(drawing, mask, place, (255, 255, 255, 255))
    return drawing


def _shade_foot(drawing: Image.Image, top: int) -> None:
    """Darken the drawing from `top` down, gently at first."""
    height = drawing.height - top
    share = np.linspace(0, 1, height, dtype=np.float32)
    column = (share * share * (3 - 2 * share) * SCRIM_ALPHA * 255).astype(np.uint8)
    mask = Image.fromarray(np.repeat(column[:, None], drawing.width, axis=1))
    lay_ink(drawing, mask, (0, top), (0, 0, 0, 255))


def _halved(plane: Plane) -> Plane:
    """Return the mean of each 2 x 2 pixels, as 4:2:0 keeps colour."""
    quarters = plane[::2, ::2] + plane[1::2, ::2] + plane[::2, 1::2] + plane[1::2, 1::2]
    return (quarters / 4).astype(np.float32)
