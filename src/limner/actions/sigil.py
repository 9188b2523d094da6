"""Turns a picture into an animated sign: its outline draws itself, glows, and is drawn away again, in a loop."""

from fractions import Fraction

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from limner.actions.colour_spaces import Bytes, Floats, lab_to_srgb, srgb_to_lab, to_unit
from limner.actions.encode import write_film
from limner.actions.filter_film import to_frame
from limner.actions.job import Job, Made, no_result
from limner.actions.line_chains import Line
from limner.actions.moodboard import accent_of
from limner.actions.palette import read_palette
from limner.actions.sigil_strokes import find_strokes
from limner.actions.stills import open_image, parse_color
from limner.types import Kind

SIDE, RATE, SECONDS = 1080, 30, 4
OVER = 2
GLYPH_SHARE = 0.6
"""The longer side of the sign, in parts of the frame."""
STROKE = 9.0
"""Pixels of the frame."""
DRAWN_AT, HELD_UNTIL = 0.46, 0.72
"""Parts of the loop at which the sign stands whole, and until which it does."""
TAIL = 0.07
"""How long the pen's light lasts behind it, in parts of the drawing."""
RING_RADII = (0.418, 0.452)
TICKS = 36
RING_REST = 3.3
"""Degrees at which the ring begins: at 0 it alone would be as sharp as it is drawn, and blink once a loop."""
UNDRAWN = 4.0
"""A time that never comes."""

Levels = NDArray[np.float32]
"""How bright each pixel of the frame is: 0 the ground, 1 the colour, 2 white."""


def sigil_video(job: Job) -> tuple[Made, ...]:
    """Make a square loop of four seconds in which the picture's sign is drawn, glows and goes."""
    picture = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    ground = parse_color(job.params["background"], "params.background")[:3]
    color = sign_color(job, picture)
    job.progress(0.02, "Finding the outline")
    strokes, shape = find_strokes(picture, int(job.params["lines"]), job.warn)
    if not strokes:
        raise no_result("sigil-video", "the picture has neither a subject nor lines to draw a sign from")
    glyph = Glyph(strokes, shape, has_ring=bool(job.params["ring"]))
    tables = color_tables(ground, color)
    count = SECONDS * RATE
    pictures = (as_frame(glyph.levels(number / count), tables) for number in range(count))
    return (Made(Kind.VIDEO, write_film(job, "sigil", pictures, Fraction(RATE), count)),)


def sign_color(job: Job, picture: Image.Image) -> tuple[int, int, int]:
    """Return the colour of the sign: as asked, or the picture's most vivid one, bright enough for a dark ground."""
    asked = str(job.params["color"]).strip()
    if asked.lower() != "auto":
        return parse_color(asked, "params.color")[:3]
    lab = np.array(accent_of(read_palette(picture, 6, job.seed)).lab, np.float32)
    lab[0] = max(lab[0], 68.0)
    red, green, blue = (int(value) for value in np.round(lab_to_srgb(lab) * 255))
    return red, green, blue


class Glyph:
    """A sign, drawn once as coverage with the time at which each pixel is reached; any moment of it is then cheap."""

    def __init__(self, strokes: list[Line], shape: Floats, *, has_ring: bool) -> None:
        place = _placing(strokes)
        self._cover, self._time = _drawn(strokes, place)
        self._fill = _silhouette(shape, place)
        self._ring = _ring() if has_ring else None

    def levels(self, moment: float) -> Levels:
        """Return the brightness at a moment of the loop, 0 to 1; at 1 it is as at 0."""
        pen, eraser = _eased(moment / DRAWN_AT), _eased((moment - HELD_UNTIL) / (1 - HELD_UNTIL))
        whole = pen * (1 - eraser)
        pulse = 0.5 - 0.5 * np.cos(2 * np.pi * np.clip((moment - DRAWN_AT) / (HELD_UNTIL - DRAWN_AT), 0, 1))
        on = np.clip((pen * (1 + TAIL) - self._time) / 0.006, 0, 1) * (
            self._time >= eraser * (1 + TAIL) - 1e-4
        )
        light = (self._cover * on).astype(np.float32) * np.float32(1 + 0.25 * pulse)
        if 0 < pen < 1:
            behind = np.maximum(np.float32(pen * (1 + TAIL)) - self._time, 0)
            light *= 1 + np.float32(0.9) * np.exp(behind * np.float32(-3 / TAIL))
        result = light + glow(light, 0.55 + 0.5 * float(pulse))
        result += self._fill * np.float32(0.10 * whole * whole + 0.10 * pulse)
        if self._ring is not None:
            turned = self._ring.rotate(RING_REST - 720 / TICKS * moment, Image.Resampling.BICUBIC)
            result += to_unit(np.asarray(turned)) * np.float32(0.5 + 0.15 * pulse)
        return np.asarray(result, np.float32)


def glow(light: Levels, strength: float) -> Levels:
    """Return the light around lines: narrow and wide."""
    small = Image.fromarray((np.clip(light / 2, 0, 1) * 255).astype(np.uint8)).reduce(4)
    near = np.asarray(small.filter(ImageFilter.GaussianBlur(2.5)), np.float32)
    wide = np.asarray(small.filter(ImageFilter.GaussianBlur(11)), np.float32)
    both = Image.fromarray((near * 0.9 + wide * 1.6) * np.float32(strength * 2 / 255))
    return np.asarray(both.resize(light.shape[::-1], Image.Resampling.BICUBIC))


def color_tables(ground: tuple[int, int, int], color: tuple[int, int, int]) -> Bytes:
    """Return Y, Cb and Cr (BT.709, limited range) of 256 levels of brightness, 0 to 2, shape (3, 256)."""
    steps = np.linspace(0, 2, 256)[:, None]
    ends = srgb_to_lab(to_unit(np.array([ground, color, (255, 255, 255)], np.uint8)))
    first, second = np.clip(steps, 0, 1), np.clip(steps - 1, 0, 1) * 0.85
    lab = ends[0] + (ends[1] - ends[0]) * first + (ends[2] - ends[1]) * second
    red, green, blue = lab_to_srgb(lab.astype(np.float32)).T.astype(np.float64)
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    planes = (16 + 219 * light, 128 + 224 * (blue - light) / 1.8556, 128 + 224 * (red - light) / 1.5748)
    return np.round(np.stack(planes)).astype(np.uint8)


def as_frame(levels: Levels, tables: Bytes) -> VideoFrame:
    """Return a frame, yuv420p, of levels of brightness."""
    numbers = np.clip(levels * 127.5 + 0.5, 0, 255).astype(np.uint8)
    half = np.asarray(Image.fromarray(numbers).reduce(2))
    return to_frame((tables[0][numbers], tables[1][half], tables[2][half]))


def _eased(share: float) -> float:
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)


def _placing(strokes: list[Line]) -> tuple[float, float, float]:
    """Return the scale and shift that put the sign into the middle of the frame."""
    points = np.concatenate([line.points for line in strokes])
    low, high = points.min(axis=0), points.max(axis=0)
    scale = GLYPH_SHARE * SIDE / max(1.0, float(np.hypot(*(high - low)) / 1.25), float((high - low).max()))
    shift = SIDE / 2 - (low + high) / 2 * scale
    return scale, float(shift[0]), float(shift[1])


def _drawn(strokes: list[Line], place: tuple[float, float, float]) -> tuple[Levels, Levels]:
    """Return how much of each pixel the strokes cover, and when, 0 to 1, the pen is there."""
    side = SIDE * OVER
    cover = Image.new("L", (side, side))
    time = Image.new("F", (SIDE, SIDE), UNDRAWN)
    draw, clock = ImageDraw.Draw(cover), ImageDraw.Draw(time)
    starts = _schedule(strokes)
    for line, (start, end) in reversed(list(zip(strokes, starts, strict=True))):
        points = line.points * place[0] + np.array(place[1:])
        width = STROKE * (1.0 if line is strokes[0] else 0.72)
        flat = [(float(x), float(y)) for x, y in points * OVER]
        draw.line(flat, fill=255, width=round(width * OVER), joint="curve")
        for x, y in (flat[0], flat[-1]):
            reach = width * OVER / 2
            draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=255)
        moments = np.linspace(start, end, len(points))
        for one, two, moment in zip(points[:-1], points[1:], moments, strict=False):
            clock.line((*map(float, one), *map(float, two)), fill=float(moment), width=round(width + 6))
    return to_unit(np.asarray(cover.reduce(OVER))), np.asarray(time, np.float32)


def _schedule(strokes: list[Line]) -> list[tuple[float, float]]:
    """Return when each stroke begins and ends: the outline first, the others while it is still drawn."""
    outer = 0.62 if len(strokes) > 1 else 1.0
    spans = [(0.0, outer)]
    for number in range(1, len(strokes)):
        start = 0.3 + 0.5 * number / len(strokes)
        spans.append((start, min(1.0, start + 0.22)))
    return spans


def _silhouette(shape: Floats, place: tuple[float, float, float]) -> Levels:
    mask = Image.fromarray((shape * 255).astype(np.uint8))
    back = (1 / place[0], 0.0, -place[1] / place[0], 0.0, 1 / place[0], -place[2] / place[0])
    laid = mask.transform((SIDE, SIDE), Image.Transform.AFFINE, back, Image.Resampling.BICUBIC)
    return to_unit(np.asarray(laid.filter(ImageFilter.GaussianBlur(3))))


def _ring() -> Image.Image:
    """Return two circles with ticks between them, which look the same when turned by one tick."""
    side = SIDE * OVER
    ring = Image.new("L", (side, side))
    draw = ImageDraw.Draw(ring)
    middle = side / 2
    for radius in RING_RADII:
        reach = radius * side
        draw.ellipse(
            (middle - reach, middle - reach, middle + reach, middle + reach), outline=255, width=2 * OVER
        )
    inner, outer = ((radius * side) for radius in RING_RADII)
    for tick in range(TICKS):
        turn = 2 * np.pi * tick / TICKS
        x, y = np.cos(turn), np.sin(turn)
        near, far = (
            inner + (outer - inner) * share for share in ((0.36, 0.64) if tick % 2 else (0.16, 0.84))
        )
        draw.line(
            (middle + x * near, middle + y * near, middle + x * far, middle + y * far),
            fill=255,
            width=3 * OVER,
        )
    return ring.reduce(OVER)
