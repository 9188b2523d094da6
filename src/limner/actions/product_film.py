"""Animates a product: `animate-product`, afloat in a loop, or before a camera that moves in."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import cos, pi, radians, sin

import numpy as np
from av.video.frame import VideoFrame
from PIL import Image, ImageChops

from limner.actions.canvas import lay
from limner.actions.colour_spaces import Floats
from limner.actions.cutout import product_of
from limner.actions.encode import write_film
from limner.actions.job import Job, Made
from limner.actions.product_light import Sweep, film_frame
from limner.actions.stage import RGB, Light, cast_shadow, contact_shadow, fitted, sweep
from limner.actions.studio_shot import BACKDROPS, tint_of
from limner.actions.warp import Quad, warped
from limner.types import Kind

SIZES = {"1:1": (1080, 1080), "4:5": (1080, 1350), "9:16": (1080, 1920), "16:9": (1920, 1080)}
RATE = Fraction(30)
SECONDS = 5
FOOT = 0.8
ROOM = (0.62, 0.56)
YAW_DEGREES, RISE, SWAY = 13.0, 0.028, 0.006
"""How far the floating product turns to either side, rises, in parts of its height, and sways, of the width."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the product is at a time. x, y: the middle of its foot, in pixels; scale: of its size;
    yaw: radians about its upright axis; height: above the floor, 0 to 1 of RISE; camera: 0 to 1 of the way."""

    x: float
    y: float
    scale: float
    yaw: float
    height: float
    camera: float


def animate_product(job: Job) -> tuple[Made, ...]:
    """Make five seconds of a product: `float` closes as a loop; `camera` moves in and comes to rest."""
    size = SIZES[job.params["aspect_ratio"]]
    product = product_of(job, max(size))
    job.progress(0.1, "Building the set")
    backdrop = job.params["backdrop"]
    color = tint_of(product, 0.8, 0.4) if backdrop == "tint" else BACKDROPS[backdrop]
    shine = float(job.params["shine"]) / 100
    stage = Stage(size, product, color, is_loop=job.params["move"] == "float", shine=shine)
    count = int(RATE * SECONDS)
    return (Made(Kind.VIDEO, write_film(job, "product", stage.frames(count), RATE, count)),)


class Stage:
    """The set with its layers, each drawn once; a frame places them anew."""

    def __init__(self, size: tuple[int, int], product: Image.Image, color: RGB, *, is_loop: bool,
                 shine: float) -> None:  # fmt: skip
        self._size, self._is_loop = size, is_loop
        room = (size[0] * ROOM[0], size[1] * ROOM[1])
        thing = fitted(product, room)
        # Air around, so that the bent outline is never cut by the layer's own border.
        self._thing = Image.new("RGBA", (thing.width + 8, thing.height + 8))
        self._thing.paste(thing, (4, 4))
        is_dark = sum(color) < 300
        large = (round(size[0] * 1.12), round(size[1] * 1.12))
        self._wall = sweep(large, color, Light(y=0.45, depth=0.6 if is_dark else 0.32))
        self._shadow = Shadow(self._thing.getchannel("A"))
        self._shine = Sweep(self._thing, shine)

    def frames(self, count: int) -> Iterator[VideoFrame]:
        """Yield the film's frames; of a loop, the frame after the last would be the first."""
        for number in range(count):
            if self._is_loop:
                share = number / count
                yield film_frame(self.draw(self.afloat(share), share))
            else:
                share = number / (count - 1)
                yield film_frame(self.draw(self.before_camera(share), share))

    def afloat(self, share: float) -> Pose:
        """Return the pose at a share of the loop: all of it swings in whole periods."""
        turn = 2 * pi * share
        width, height = self._size
        up = 0.5 - 0.5 * cos(turn)
        return Pose(
            width / 2 + SWAY * width * sin(turn),
            height * FOOT - (0.6 + up) * RISE * self._thing.height,
            1.0,
            radians(YAW_DEGREES) * sin(turn),
            0.35 + 0.65 * up,
            0.5 + 0.25 * sin(turn),
        )

    def before_camera(self, share: float) -> Pose:
        """Return the pose at a share of the move: the camera comes closer from the left and settles."""
        eased = share**3 * (share * (share * 6 - 15) + 10)
        width, height = self._size
        return Pose(
            width * (0.545 - 0.045 * eased),
            height * (FOOT - 0.03 + 0.055 * eased),
            0.84 + 0.26 * eased,
            radians(-16 + 20 * eased),
            0.0,
            eased,
        )

    def draw(self, pose: Pose, share: float) -> Image.Image:
        """Return the picture of a pose."""
        width, height = self._size
        scale = pose.scale
        # Far things move and grow less than near ones: that is what makes depth.
        zoom = 1.0 + (0.0 if self._is_loop else 0.06 * pose.camera)
        view = (width * 1.1 / zoom, height * 1.1 / zoom)
        left = (self._wall.width - view[0]) * (0.3 + 0.4 * pose.camera)
        top = (self._wall.height - view[1]) * 0.5
        box = (left, top, left + view[0], top + view[1])
        picture = self._wall.resize(self._size, Image.Resampling.BICUBIC, box=box)
        floor = (pose.x, height * FOOT if self._is_loop else pose.y)
        self._shadow.lay(picture, floor, scale * abs(cos(pose.yaw)), pose.height)
        lit = self._shine.at(share, pose.yaw)
        lay(picture, *warped(lit, self._corners(pose, scale)))
        return picture

    def _corners(self, pose: Pose, scale: float) -> Quad:
        """Return where the layer's corners are seen: turned about its upright axis, in perspective."""
        half, high = self._thing.width / 2 * scale, self._thing.height * scale
        distance = 3.2 * max(self._thing.size) * scale
        corners = []
        for side, up in ((-1, 1.0), (1, 1.0), (1, 0.0), (-1, 0.0)):
            across, deep = side * half * cos(pose.yaw), side * half * sin(pose.yaw)
            near = distance / (distance + deep)
            middle = pose.y - high / 2
            corners.append((pose.x + across * near, middle + (high / 2 - up * high) * near))
        return corners[0], corners[1], corners[2], corners[3]


class Shadow:
    """The shadow below a product, from contact to afloat; the higher, the softer, wider and paler."""

    def __init__(self, alpha: Image.Image) -> None:
        solid = np.asarray(alpha) > 127
        low = np.nonzero(solid.any(axis=1))[0][-1] + 1 if solid.any() else solid.shape[0]
        feet = np.nonzero(solid[max(0, low - max(2, round(0.05 * low))) : low].any(axis=0))[0]
        first, last = (float(feet[0]), float(feet[-1]) + 1) if len(feet) else (0.0, float(alpha.width))
        self._width = max(1.15 * (last - first), 0.3 * alpha.width)
        self._aside = (first + last - alpha.width) / 2
        self._flat = self._width * 0.15
        self._near, self._far = self._blob(0.34), self._blob(0.85)
        tight, self._spread = contact_shadow(alpha)
        self._size = alpha.size
        self._standing = ImageChops.lighter(tight, cast_shadow(alpha, 0.34)[0])

    def _blob(self, soft: float) -> Floats:
        y, x = np.mgrid[-1.6:1.6:160j, -1.6:1.6:400j].astype(np.float32)
        radius = np.sqrt((x * 1.15) ** 2 + (y * 1.15) ** 2)
        share = np.clip((1 + soft * 0.75 - radius) / (soft * 1.5), 0, 1)
        return np.asarray(share * share * (3 - 2 * share), np.float32)

    def lay(self, picture: Image.Image, foot: tuple[float, float], scale: float, height: float) -> None:
        """Darken a picture below a product's foot. height: 0 on the floor to 1 at the highest."""
        x, y = foot
        if height == 0:
            half, high = (self._size[0] / 2 + self._spread) * scale, (self._size[1] + self._spread) * scale
            mask, top, bottom = self._standing, y - high, y + self._spread * scale
        else:
            ink = self._near * (1 - height) * 0.6 + self._far * (0.24 + 0.16 * (1 - height))
            mask = Image.fromarray((np.clip(ink, 0, 1) * 255 + 0.5).astype(np.uint8))
            x += self._aside * scale
            half, deep = self._width * 0.8 * scale * (0.98 + 0.12 * height), self._flat * 1.1 * scale
            top, bottom = y - deep, y + deep
        layer = Image.new("RGBA", mask.size, (14, 12, 15, 255))
        layer.putalpha(mask)
        quad = ((x - half, top), (x + half, top), (x + half, bottom), (x - half, bottom))
        lay(picture, *warped(layer, quad))
