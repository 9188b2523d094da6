"""Puts covers on a book: `compose-book`, standing with its spine to the left, and to the right with its back."""

from dataclasses import dataclass
from math import cos, pi, radians, sin

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from limner.actions.canvas import lay, lay_ink
from limner.actions.colour_spaces import contrast
from limner.actions.fonts import left_out, without_missing
from limner.actions.job import Job, Made
from limner.actions.palette import read_palette
from limner.actions.stage import RGB, Light, sweep
from limner.actions.stills import open_image, save_image
from limner.actions.studio_shot import BACKDROPS, tint_of
from limner.actions.typeset import fit, ink
from limner.actions.warp import Quad, warped
from limner.types import Kind

SIZE = (1600, 1600)
SCALE = 2
"""The book is drawn this much larger and then reduced, for smooth outlines."""
RATIOS = (0.55, 1.1)
"""Books are this wide for their height; covers of another ratio are cut around their middle."""
HIGH = 0.67
"""The book's height, in parts of the picture."""
YAW, PITCH = radians(33), radians(9)
DISTANCE = 4.2
"""How far the camera is, in heights of the book."""
FOOT = 0.83
TEXTURE_HIGH = 1500


@dataclass(frozen=True, slots=True)
class Book:
    """A book's outsides, each TEXTURE_HIGH pixels high, in mode RGB."""

    front: Image.Image
    back: Image.Image
    spine: Image.Image


def compose_book(job: Job) -> tuple[Made, ...]:
    """Return two pictures of a book: its front with the spine, and its back with the spine."""
    paths = job.paths(Kind.IMAGE)
    covers = []
    for number, path in enumerate(paths):
        cover = open_image(path, job.limits, f"inputs.image[{number}]", warn=job.warn)
        covers.append(as_cover(cover))
    thickness = float(job.params["thickness"]) / 100
    front = covers[0]
    back = plain_back(front) if len(covers) < 2 else covers[1].resize(front.size, Image.Resampling.LANCZOS)
    spine_width = max(30, round(TEXTURE_HIGH * thickness))
    book = Book(front, back, spine_of(job, front, spine_width))
    name = job.params["backdrop"]
    color = tint_of(front.convert("RGBA")) if name == "tint" else BACKDROPS[name]
    made = []
    for number, (view, cover, side) in enumerate((("front", book.front, 1), ("back", book.back, -1))):
        job.progress(0.3 + 0.35 * number, f"Setting up the {view}")
        picture = photographed(cover, book.spine, side, color)
        made.append(Made(Kind.IMAGE, path=save_image(picture, job, f"book-{view}")))
    return tuple(made)


def as_cover(image: Image.Image) -> Image.Image:
    """Return a picture as a cover: opaque, of a book's ratio, at the texture's height."""
    if image.mode == "RGBA":
        paper = Image.new("RGB", image.size, (250, 248, 244))
        paper.paste(image, (0, 0), image.getchannel("A"))
        image = paper
    ratio = min(max(image.width / image.height, RATIOS[0]), RATIOS[1])
    width, height = min(image.width, image.height * ratio), min(image.height, image.width / ratio)
    left, top = (image.width - width) / 2, (image.height - height) / 2
    size = (round(TEXTURE_HIGH * ratio), TEXTURE_HIGH)
    return image.resize(size, Image.Resampling.LANCZOS, box=(left, top, left + width, top + height))


def plain_back(front: Image.Image) -> Image.Image:
    """Return a back without print, in the cover's main colour."""
    return Image.new("RGB", front.size, main_color(front))


def main_color(front: Image.Image) -> RGB:
    """Return the colour of the cover's left edge, which runs on over the spine, where it is one; else its main."""
    edge = np.asarray(front.crop((0, 0, max(1, front.width // 40), front.height))).reshape(-1, 3)
    if float(edge.astype(np.float32).std(axis=0).max()) < 26:
        red, green, blue = (int(value) for value in np.median(edge, axis=0))
        return red, green, blue
    return read_palette(front, 4)[0].rgb


def spine_of(job: Job, front: Image.Image, width: int) -> Image.Image:
    """Return the spine with its text, which reads from the top downwards."""
    color = main_color(front)
    spine = Image.new("RGB", (width, TEXTURE_HIGH), color)
    text, missing = without_missing(" ".join(str(job.params["spine"]).split()), "serif-bold")
    if missing:
        job.warn(f"params.spine: {left_out(missing)}")
    if text:
        block = fit(text, "serif-bold", width * 0.5, (TEXTURE_HIGH * 0.84, width * 0.62))
        mask = ink(block).transpose(Image.Transpose.ROTATE_270)
        inks = ((250, 247, 240), (26, 24, 28))
        red, green, blue = max(inks, key=lambda each: contrast(each, color))
        place = ((width - mask.width) // 2, (TEXTURE_HIGH - mask.height) // 2)
        lay_ink(spine, mask, place, (red, green, blue, 255))
    return spine


def photographed(cover: Image.Image, spine: Image.Image, side: int, color: RGB) -> Image.Image:
    """Return a picture of the book on a sweep. side: 1 with the spine to the left of the cover, -1 to the right."""
    ratio, thick = cover.width / cover.height, spine.width / spine.height
    scene = sweep(SIZE, color, Light(0.5 - 0.12 * side, 0.4, depth=0.6 if sum(color) < 300 else 0.34))
    corners = Corners(ratio, thick, side)
    shade(scene, corners)
    large = Image.new("RGBA", (SIZE[0] * SCALE, SIZE[1] * SCALE))
    lay_face(large, pages(corners, thick), corners.face("top"))
    lay_face(large, lit(spine, 0.66, curve=True), corners.face("spine"))
    lay_face(large, lit(cover, 1.0, hinge=side), corners.face("cover"))
    book = large.convert("RGBa").resize(SIZE, Image.Resampling.BOX).convert("RGBA")
    lay(scene, book, (0, 0))
    return scene


class Corners:
    """Where the corners of the book are seen, in pixels of the picture."""

    def __init__(self, ratio: float, thick: float, side: int) -> None:
        self._half, self._thick, self._side = ratio / 2, thick, side
        # Seen from above and aside, the whole is put so that its middle is the picture's and it stands at FOOT.
        flat = [self._project(x, y, z) for x in (-1, 1) for y in (0, 1) for z in (0, 1)]
        xs, ys = zip(*flat, strict=True)
        unit = min(HIGH * SIZE[1], 0.74 * SIZE[0] / (max(xs) - min(xs)))
        self._unit = unit
        self._left = SIZE[0] / 2 - (max(xs) + min(xs)) / 2 * unit
        self._top = SIZE[1] * FOOT - max(ys) * unit

    def at(self, x: int, y: int, z: int) -> tuple[float, float]:
        """Return a corner. x: -1 at the spine, 1 at the fore edge; y: 0 foot, 1 head; z: 0 cover, 1 far side."""
        across, down = self._project(x, y, z)
        return self._left + across * self._unit, self._top + down * self._unit

    def _project(self, x: float, y: float, z: float) -> tuple[float, float]:
        """Return a corner in heights of the book, seen by the camera."""
        across, deep = x * self._half * self._side, z * self._thick
        turn = YAW * self._side
        right = across * cos(turn) - deep * sin(turn)
        away = across * sin(turn) + deep * cos(turn)
        up, far = (y - 0.5) * cos(PITCH) + away * sin(PITCH), away * cos(PITCH) - (y - 0.5) * sin(PITCH)
        near = DISTANCE / (DISTANCE + far)
        return right * near, -up * near

    def face(self, name: str) -> Quad:
        """Return a face's corners as it is seen: upper left, upper right, lower right, lower left."""
        if name == "cover":
            ring = [(-1, 1, 0), (1, 1, 0), (1, 0, 0), (-1, 0, 0)]
        elif name == "spine":
            ring = [(-1, 1, 1), (-1, 1, 0), (-1, 0, 0), (-1, 0, 1)]
        else:
            ring = [(-1, 1, 1), (1, 1, 1), (1, 1, 0), (-1, 1, 0)]
        if self._side < 0:
            ring = [ring[1], ring[0], ring[3], ring[2]]
        first, second, third, fourth = (self.at(*corner) for corner in ring)
        return first, second, third, fourth


def lay_face(canvas: Image.Image, texture: Image.Image, quad: Quad) -> None:
    """Draw a face on the large canvas; a hair wider than it is, so that no gap shows between faces."""
    large = [(x * SCALE, y * SCALE) for x, y in quad]
    rim = Image.new("RGBA", (texture.width + 4, texture.height + 4))
    rim.paste(texture.resize(rim.size), (0, 0))
    lay(canvas, *warped(rim, (large[0], large[1], large[2], large[3])))


def lit(face: Image.Image, level: float, *, hinge: int = 0, curve: bool = False) -> Image.Image:
    """Return a face in the studio's light. hinge: 1 for a joint near its left edge, -1 near its right; curve: for a
    spine that is a little round."""
    width = face.width
    x = (np.arange(width, dtype=np.float32) + 0.5) / width
    if curve:
        shine = level * (0.8 + 0.34 * np.sin(pi * np.clip(x, 0, 1)) ** 1.2)
    else:
        along = x if hinge >= 0 else 1 - x
        joint = np.exp(-(((along - 0.045) / 0.011) ** 2))
        ridge = np.exp(-(((along - 0.066) / 0.01) ** 2))
        shine = level * (1.03 - 0.12 * along) * (1 - 0.2 * joint) + 0.05 * ridge
    y = np.linspace(1.03, 0.93, face.height, dtype=np.float32)[:, None]
    pixels = np.asarray(face.convert("RGB")).astype(np.float32) * (shine[None] * y)[..., None]
    return Image.fromarray(np.clip(pixels + 0.5, 0, 255).astype(np.uint8)).convert("RGBA")


def pages(corners: Corners, thick: float) -> Image.Image:
    """Return the book's head: the edges of its pages between the boards."""
    width, height = 600, max(40, round(1400 * thick))
    lines = np.random.default_rng(2).uniform(0.86, 1.0, (height, 1)).astype(np.float32)
    level = np.repeat(lines, width, axis=1)
    color = np.array([240, 234, 220], np.float32) * 0.9
    picture = Image.fromarray(np.clip(level[..., None] * color, 0, 255).astype(np.uint8)).convert("RGBA")
    draw = ImageDraw.Draw(picture)
    board = max(3, height // 16)
    for y in (0, height - board):
        draw.rectangle((0, y, width, y + board), fill=(120, 114, 106, 255))
    return picture


def shade(scene: Image.Image, corners: Corners) -> None:
    """Draw the book's shadow on the floor: tight where it stands, wide to the side away from the light."""
    foot = [corners.at(x, 0, z) for x, z in ((-1, 0), (1, 0), (1, 1), (-1, 1))]
    for grow, drop, sigma, strength in ((1.0, 4, 7, 0.6), (1.06, 16, 26, 0.42), (1.25, 30, 70, 0.3)):
        middle = [sum(point[axis] for point in foot) / 4 for axis in (0, 1)]
        ring = [
            tuple(
                middle[axis] + (point[axis] - middle[axis]) * grow + (drop if axis else 0) for axis in (0, 1)
            )
            for point in foot
        ]
        mask = Image.new("L", SIZE)
        ImageDraw.Draw(mask).polygon([(x, y) for x, y in ring], fill=round(255 * strength))
        soft = mask.filter(ImageFilter.GaussianBlur((sigma, sigma * 0.55)))
        scene.paste(Image.new("RGB", SIZE, (14, 12, 14)), (0, 0), soft)
