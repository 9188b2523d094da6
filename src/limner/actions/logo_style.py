"""Dresses a logo: neon, emboss, chrome, paper or halftone: `style-logo`."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from PIL import Image

from limner.actions.blur_kernels import smooth
from limner.actions.colour_spaces import Floats, bytes_to_linear, linear_to_bytes, to_linear, to_unit
from limner.actions.cutout_edge import ramp
from limner.actions.job import Job, Made
from limner.actions.stage import RGB, Light, fitted, sweep
from limner.actions.stills import open_image, parse_color, save_image
from limner.actions.studio_shot import main_hue
from limner.errors import InvalidMedia
from limner.types import Kind

SIDE = 1200
ROOM = 0.62
"""The logo's longer side, in parts of the picture."""


class Mark(NamedTuple):
    """A logo in the middle of the picture. cover: 0 to 1, (SIDE, SIDE); color: its own, sRGB 0 to 1, (…, 3)."""

    cover: Floats
    color: Floats
    tint: RGB

    @property
    def relief(self) -> Floats:
        """The mark as a height, 0 to 1: where it has several colours, the lighter ones stand higher."""
        light = self.color @ np.array([0.299, 0.587, 0.114], np.float32)
        inside = light[self.cover > 0.5]
        low, high = (float(np.percentile(inside, share)) for share in (3, 97)) if len(inside) else (0.0, 0.0)
        if high - low < 0.08:
            return self.cover
        return np.asarray(self.cover * (0.6 + 0.4 * np.clip((light - low) / (high - low), 0, 1)), np.float32)

    @property
    def seams(self) -> Floats:
        """The lines between colours within the mark, 0 to 1."""
        calm = smooth(np.asarray(self.color, np.float32), 3.0)
        steep = sum(np.hypot(*np.gradient(calm[..., band])) for band in range(3))
        within = ramp(smooth(self.cover, 6.0), 0.9, 0.99)
        return np.asarray(ramp(np.asarray(steep, np.float32) * within, 0.028, 0.085), np.float32)


def style_logo(job: Job) -> tuple[Made, ...]:
    """Set a logo in a style; 1200 x 1200."""
    image = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    factor = max(image.size) // 1600
    image = image.reduce(factor) if factor > 1 else image
    job.progress(0.2, "Reading the logo")
    mark = read_mark(image, job.params["color"])
    job.progress(0.4, "Drawing the style")
    picture = STYLES[job.params["style"]](mark)
    return (Made(Kind.IMAGE, path=save_image(picture, job, "logo-styled", graphic=True)),)


def read_mark(image: Image.Image, color: str) -> Mark:
    """Return the logo without its ground: by transparency, else by the difference from its border's colour.

    color: what tints the style; auto takes the logo's main colour.
    Raises: InvalidMedia, when nothing stands out from the ground.
    """
    logo = image if image.mode == "RGBA" else _off_ground(image)
    box = logo.getchannel("A").point([0] * 20 + [255] * 236).getbbox()
    if box is None:
        raise InvalidMedia.of("inputs.image", "no logo stands out from its ground")
    small = fitted(logo.crop(box), (SIDE * ROOM, SIDE * ROOM))
    frame = Image.new("RGBA", (SIDE, SIDE))
    frame.paste(small, ((SIDE - small.width) // 2, (SIDE - small.height) // 2))
    pixels = to_unit(np.asarray(frame))
    return Mark(pixels[..., 3], pixels[..., :3], _tint(frame, color))


def _off_ground(image: Image.Image) -> Image.Image:
    """Return an opaque logo on nothing; counters of letters are open, as they show the ground."""
    pixels = to_unit(np.asarray(image))
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    ground = np.median(border, axis=0)
    away = np.sqrt(((pixels - ground) ** 2).sum(axis=2))
    full = float(np.percentile(away, 99.5))
    cover = ramp(away / max(full, 0.12), 0.08, 0.5)
    logo = image.convert("RGBA")
    logo.putalpha(Image.fromarray((cover * 255 + 0.5).astype(np.uint8)))
    return logo


def _tint(logo: Image.Image, color: str) -> RGB:
    if color != "auto":
        red, green, blue, _ = parse_color(color, "params.color")
        return red, green, blue
    hue, vivid = main_hue(logo)
    if vivid < 0.12:
        return 255, 61, 129
    pure = Image.new("HSV", (1, 1), (round(hue * 255) % 256, 165, 225)).convert("RGB").getpixel((0, 0))
    red, green, blue = pure if isinstance(pure, tuple) else (255, 61, 129)
    return int(red), int(green), int(blue)


def neon(mark: Mark) -> Image.Image:
    """Return the logo's outline as glass tubes on a dark wall."""
    wall = _bricks()
    # The outline of a blurred mark is a line of even width; thin marks become one tube.
    soft = smooth(mark.cover, 4.5)
    tube = ramp(np.exp(-(((soft - 0.5) / 0.26) ** 2)).astype(np.float32), 0.42, 0.75)
    seams = mark.seams
    tube = np.maximum(tube, seams)
    core = ramp(np.exp(-(((soft - 0.5) / 0.1) ** 2)).astype(np.float32), 0.3, 0.9)
    core = np.maximum(core, 0.8 * ramp(seams, 0.5, 1.0))
    near, mid, far = (_wide(tube, sigma) for sigma in (7, 26, 90))
    tint = to_linear(to_unit(np.array(mark.tint, np.uint8)))
    tint = (tint / tint.max()) ** 1.35  # the gas of a tube glows purer than any print
    light = near * 1.6 + mid * 1.5
    linear = wall * (0.06 + (far * 5.5 + mid * 2.2)[..., None] * tint)
    linear = linear + light[..., None] * tint * 0.55 + tube[..., None] * tint * 1.1
    linear = linear + core[..., None] * (0.55 + 0.45 * tint) * 0.95
    return Image.fromarray(linear_to_bytes(linear.astype(np.float32)))


def _wide(field: Floats, sigma: float) -> Floats:
    """Return a wide blur, made small."""
    factor = max(1, int(sigma / 3))
    size = SIDE // factor
    small = np.asarray(Image.fromarray(field).resize((size, size), Image.Resampling.BOX))
    soft = Image.fromarray(smooth(small, sigma / factor))
    large = np.asarray(soft.resize((SIDE, SIDE), Image.Resampling.BICUBIC))
    return np.asarray(np.clip(large, 0, None), np.float32)


def _bricks() -> Floats:
    """Return the linear light that a brick wall gives back, (SIDE, SIDE, 3)."""
    random = np.random.default_rng(7)
    high, long = 60, 150
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    row = (y // high).astype(np.int64)
    shifted = x + (row % 2) * long / 2
    column = (shifted // long).astype(np.int64)
    shade = random.uniform(0.72, 1.1, (SIDE // high + 1, SIDE // long + 2)).astype(np.float32)[row, column]
    edge = np.minimum.reduce([y % high, high - y % high, shifted % long, long - shifted % long])
    joint = ramp(edge, 2.0, 6.0)
    grain = smooth(random.standard_normal((SIDE, SIDE)).astype(np.float32), 1.2)
    level = (0.1 + 0.34 * joint * shade) * (1 + 0.5 * grain)
    return np.asarray(np.clip(level, 0, 1)[..., None] * np.array([1.0, 0.93, 0.95], np.float32))


def emboss(mark: Mark) -> Image.Image:
    """Return the logo pressed up from heavy paper in the light of a window."""
    height = smooth(mark.relief, 2.2) * 0.6 + smooth(mark.relief, 6.0) * 0.4
    fibre = _fibre(3)
    slope = _slope(height * 16 + fibre * 0.4)
    shadow = np.roll(smooth(mark.cover, 10.0), (14, 10), (0, 1)) * (1 - mark.cover)
    level = 0.9 + 0.32 * slope - 0.3 * shadow + 0.05 * mark.cover
    y, x = np.mgrid[0 : 1 : SIDE * 1j, 0 : 1 : SIDE * 1j].astype(np.float32)
    level = level * (1.05 - 0.17 * (x * 0.45 + y * 0.55))
    return _toned(level, (244, 240, 232))


def paper(mark: Mark) -> Image.Image:
    """Return the logo cut out of a sheet in its colour, lifted from a pale one by layers of shadow."""
    base = to_unit(np.array(_toned(0.95 + 0.02 * _fibre(5), (240, 235, 226))))
    steps = ((30, 26.0, 0.42), (12, 9.0, 0.34), (4, 2.5, 0.3))
    for drop, sigma, strength in steps:
        base = base * (1 - strength * np.roll(_wide(mark.cover, sigma), (drop, drop // 2), (0, 1)))[..., None]
    own = np.where(_is_grey(mark), np.array(mark.tint, np.float32) / 255, mark.color)
    rim = _slope(smooth(mark.cover, 1.2) * 2.5) * 0.35
    sheet = np.clip(own * (0.95 + 0.05 * _fibre(9))[..., None] + rim[..., None] * 0.35, 0, 1)
    cover = mark.cover[..., None]
    return Image.fromarray((np.clip(base * (1 - cover) + sheet * cover, 0, 1) * 255 + 0.5).astype(np.uint8))


def _is_grey(mark: Mark) -> bool:
    """Whether the logo has hardly a colour of its own."""
    weight = mark.cover[..., None]
    spread = np.ptp(mark.color, axis=2)
    return float((spread * mark.cover).sum() / max(float(weight.sum()), 1.0)) < 0.08


def chrome(mark: Mark) -> Image.Image:
    """Return the logo in polished metal: its rounded body mirrors a sky above a dark ground."""
    relief = mark.relief
    body = smooth(relief, 2.0) * 0.25 + smooth(relief, 6.0) * 0.35 + smooth(relief, 14.0) * 0.4
    down, across = np.gradient(body * 26)
    steep = np.sqrt(1 + across**2 + down**2)
    up = down / steep
    y = (np.arange(SIDE, dtype=np.float32) / SIDE)[:, None]
    # Where a mirror's normal points decides what it shows: sky from above, ground from below, a line between.
    looks = np.clip(0.5 - up * 0.62 + (y - 0.5) * 0.55 - 0.06 * across / steep, 0, 1)
    stops = np.array([0, 0.2, 0.42, 0.5, 0.54, 0.68, 0.86, 1.0])
    sky = np.array([
        [250, 252, 255], [176, 203, 232], [232, 242, 250], [255, 255, 255],
        [38, 42, 52], [92, 96, 108], [198, 196, 196], [250, 246, 238],
    ])  # fmt: skip
    metal = np.stack([np.interp(looks, stops, sky[:, band] / 255) for band in range(3)], axis=-1)
    glint = ramp(_slope(body * 14).astype(np.float32), 0.62, 0.95)[..., None]
    metal = np.clip(metal + glint * 0.6, 0, 1)
    scene = bytes_to_linear(
        np.asarray(sweep((SIDE, SIDE), _shade(mark.tint, 0.2), Light(0.5, 0.46, 0.6, 0.75)))
    )
    shadow = np.roll(_wide(mark.cover, 22.0), (26, 0), (0, 1))[..., None]
    scene = scene * (1 - 0.6 * np.clip(shadow, 0, 1))
    cover = mark.cover[..., None]
    mixed = scene * (1 - cover) + to_linear(metal.astype(np.float32)) * cover
    return Image.fromarray(linear_to_bytes(mixed.astype(np.float32)))


def _shade(color: RGB, share: float) -> RGB:
    """Return a dark shade of a colour: as much of it as said, on near-black."""
    red, green, blue = (round(14 + share * value) for value in color)
    return red, green, blue


def halftone(mark: Mark) -> Image.Image:
    """Return the logo printed in dots of one ink, fading downwards, its second plate out of register."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    light = mark.color @ np.array([0.299, 0.587, 0.114], np.float32)
    tone = mark.cover * np.clip(1.05 - 0.55 * light, 0.45, 1)
    rows = np.nonzero(mark.cover.max(axis=1) > 0.3)[0]
    top, bottom = (rows[0], rows[-1]) if len(rows) else (0, SIDE)
    fade = 1.02 - 0.62 * np.clip((y - top) / max(1, bottom - top), 0, 1) ** 1.2
    ground = np.array([247, 242, 230], np.float32) / 255
    first = np.array(mark.tint, np.float32) / 255
    solid = np.roll(mark.cover, (11, 11), (0, 1))
    picture = np.broadcast_to(ground, (SIDE, SIDE, 3))
    picture = picture * (1 - 0.9 * solid[..., None] * (1 - first))
    dots = _dots(x, y, np.asarray(tone * fade, np.float32), pitch=15.0, angle=0.39)
    dots = dots * ramp(mark.cover, 0.3, 0.7)
    dark = np.array([24, 22, 40], np.float32) / 255
    picture = picture * (1 - dots[..., None]) + dark * dots[..., None] * 1.0
    speck = 0.985 + 0.015 * _fibre(11)
    return Image.fromarray((np.clip(picture * speck[..., None], 0, 1) * 255 + 0.5).astype(np.uint8))


def _dots(x: Floats, y: Floats, tone: Floats, *, pitch: float, angle: float) -> Floats:
    """Return round dots on a turned grid, whose area is the tone."""
    across = (x * np.cos(angle) + y * np.sin(angle)) / pitch
    down = (y * np.cos(angle) - x * np.sin(angle)) / pitch
    away = np.hypot(across - np.round(across), down - np.round(down)) * pitch
    radius = pitch * np.sqrt(np.clip(tone, 0, 1) / np.pi) * 1.12
    return np.asarray(np.clip(radius - away + 0.5, 0, 1), np.float32)


def _fibre(seed: int) -> Floats:
    """Return the grain of paper, about -1 to 1, (SIDE, SIDE)."""
    noise = np.random.default_rng(seed).standard_normal((SIDE, SIDE)).astype(np.float32)
    grain = smooth(noise, 1.1) * 2.4 + smooth(noise[::-1], 4.0) * 5
    return np.asarray(np.clip(grain * 0.5, -1, 1), np.float32)


def _slope(height: Floats) -> Floats:
    """Return how much a relief faces the light from the upper left, -1 to 1."""
    down, across = np.gradient(height)
    return np.asarray(-(across + down) * 0.7071 / np.sqrt(1 + across**2 + down**2), np.float32)


def _toned(level: Floats, white: RGB) -> Image.Image:
    pixels = np.clip(level, 0, 1.04)[..., None] * np.array(white, np.float32)
    return Image.fromarray(np.clip(pixels + 0.5, 0, 255).astype(np.uint8))


STYLES: dict[str, Callable[[Mark], Image.Image]] = {
    "neon": neon,
    "emboss": emboss,
    "chrome": chrome,
    "paper": paper,
    "halftone": halftone,
}
