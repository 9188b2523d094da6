"""Move a camera over a still picture: zoom and pan without jitter, because the crop is never rounded."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from av.video.frame import VideoFrame
from PIL import Image

from limner.actions.caption import Caption, make_caption
from limner.actions.encode import write_film
from limner.actions.filter_film import Planes, planes_of, to_frame
from limner.actions.fit import even
from limner.actions.job import Job, Made
from limner.actions.kenburns_master import Box, Master
from limner.actions.stills import open_image
from limner.types import Kind

LONG_SIDE, SHORT_SIDE = 1920, 1080
MOST_ENLARGED = 2.0
"""A small picture is shown at most twice its size: more would only look soft."""

EASINGS: dict[str, Callable[[float], float]] = {
    "linear": lambda t: t,
    "ease-in": lambda t: t * t,
    "ease-out": lambda t: t * (2 - t),
    "ease-in-out": lambda t: t * t * (3 - 2 * t),
}
_PAN = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1), "none": (0, 0)}
_VARIATIONS = (("in", "none"), ("out", "none"), ("in", "right"), ("out", "left"))


@dataclass(frozen=True, slots=True)
class View:
    """What the camera sees: the middle of the crop and its size, in pixels of the film at zoom 1."""

    x: float
    y: float
    width: float
    height: float

    @property
    def box(self) -> Box:
        """Left, top, right and bottom."""
        return (
            max(0.0, self.x - self.width / 2),
            max(0.0, self.y - self.height / 2),
            self.x + self.width / 2,
            self.y + self.height / 2,
        )


def ken_burns_video(job: Job) -> tuple[Made, ...]:
    """Make a film of a camera that moves over the picture."""
    params = job.params
    picture = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    rate = Fraction(params["fps"])
    count = max(1, round(params["duration"] * rate))
    size = film_size(*picture.size)
    zoom_direction, pan_direction = _directions(job)
    start, end = views(size, params["zoom"], zoom_direction, pan_direction)
    master = Master(_without_alpha(picture), size, params["zoom"])
    ease = EASINGS[params["easing"]]
    shots = (between(start, end, ease(number / max(1, count - 1))) for number in range(count))
    pictures = _frames(master, shots, make_caption(job, size), rate)
    path = write_film(job, "ken-burns", pictures, rate, count)
    return (Made(Kind.VIDEO, path),)


def _directions(job: Job) -> tuple[str, str]:
    """Return zoom and pan direction; `variation` turns the default move round, so that scenes differ."""
    zoom, pan = job.params["zoom_direction"], job.params["pan_direction"]
    if (zoom, pan) == _VARIATIONS[0]:
        zoom, pan = _VARIATIONS[int(job.params["variation"]) % len(_VARIATIONS)]
    if job.params["zoom"] <= 1 and (zoom, pan) != ("none", "none"):
        job.warn("zoom is 1, which leaves the camera no room to move: the film is a still")
    return zoom, pan


def film_size(width: int, height: int) -> tuple[int, int]:
    """Return the size of the film for a picture: its ratio, within 1920 x 1080 or upright 1080 x 1920."""
    factor = min(LONG_SIDE / max(width, height), SHORT_SIDE / min(width, height), MOST_ENLARGED)
    return even(width * factor), even(height * factor)


def views(size: tuple[int, int], zoom: float, zoom_direction: str, pan_direction: str) -> tuple[View, View]:
    """Return where the camera starts and ends, in pixels of the film at zoom 1.

    Near the picture it stands at the edge that it moves to (or from, when it also zooms out).
    """
    width, height = size
    across, down = _PAN[pan_direction]
    room_x, room_y = (width - width / zoom) / 2, (height - height / zoom) / 2

    def near(side: int) -> View:
        x, y = width / 2 + side * across * room_x, height / 2 + side * down * room_y
        return View(x, y, width / zoom, height / zoom)

    far = View(width / 2, height / 2, width, height)
    match zoom_direction:
        case "in":
            return far, near(1)
        case "out":
            return near(-1), far
    if pan_direction == "none":
        return far, far
    return near(-1), near(1)


def between(start: View, end: View, share: float) -> View:
    """Return the view a share (0 to 1) of the way from start to end.

    Sizes change by equal factors in equal times, which the eye sees as a steady zoom; the middle keeps
    pace with the size, so that the point zoomed in on stands still.
    """
    width = start.width * (end.width / start.width) ** share
    if start.width != end.width:
        share = (start.width - width) / (start.width - end.width)
    return View(
        start.x + (end.x - start.x) * share,
        start.y + (end.y - start.y) * share,
        width,
        width * start.height / start.width,
    )


def _frames(
    master: Master, shots: Iterable[View], caption: Caption | None, rate: Fraction
) -> Iterator[VideoFrame]:
    seen: View | None = None
    planes: Planes | None = None
    for number, view in enumerate(shots):
        if planes is None or view != seen:
            seen, planes = view, master.crop(view.box)
        frame = to_frame(planes)
        if caption is not None:
            caption.lay_over(list(planes_of(frame)), float(number / rate))
        yield frame


def _without_alpha(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground
