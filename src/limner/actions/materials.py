"""Draws building materials as flat pictures: brick, concrete, timber, glass and plaster, seen straight on."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from limner.actions.blur_kernels import smooth
from limner.actions.colour_spaces import Floats

TONES = {"light": 1.35, "natural": 1.0, "dark": 0.55}
"""How much light the material gives back, beside its natural self, in linear light."""

Material = Callable[[tuple[int, int], float, np.random.Generator], Floats]
"""A size, width and height in pixels, and the pixels in a metre, to linear light, shape (height, width, 3)."""


def drawn(material: str, size: tuple[int, int], metre_px: float, tone: str, seed: int) -> Floats:
    """Return a wall of a material in linear light, shape (height, width, 3). material: of MATERIALS, tone: of TONES."""
    random = np.random.default_rng([seed, sorted(MATERIALS).index(material)])
    wall = MATERIALS[material](size, metre_px, random)
    return np.asarray(np.clip(wall * np.float32(TONES[tone]), 0.004, 0.95), np.float32)


def brick(size: tuple[int, int], metre_px: float, random: np.random.Generator) -> Floats:
    """Return red bricks in running bond: courses of 75 mm, bricks of 225 mm, each of its own colour."""
    x, y = _places(size, metre_px)
    row = np.floor(y / 0.075)
    along = x / 0.225 + 0.5 * (row % 2)
    column = np.floor(along)
    to_edge = np.minimum(
        np.minimum(along - column, column + 1 - along) * 0.225,
        np.minimum(y - row * 0.075, (row + 1) * 0.075 - y),
    )
    is_brick = np.clip((to_edge - 0.004) * metre_px + 0.5, 0, 1)[..., None]
    each = random.random((int(row.max()) + 1, int(column.max()) + 2, 2)).astype(np.float32)
    own = each[row.astype(np.intp), column.astype(np.intp)]
    hue = np.array([0.33, 0.105, 0.062], np.float32)
    burnt = np.array([0.17, 0.062, 0.048], np.float32)
    bricks = (hue + (burnt - hue) * (own[..., :1] ** 2)) * (0.82 + 0.36 * own[..., 1:])
    mortar = np.array([0.38, 0.35, 0.31], np.float32)
    grit = 1 + 0.14 * _cloud(size, 0.012 * metre_px, random) + 0.10 * _cloud(size, 0.6 * metre_px, random)
    return np.asarray((mortar + (bricks - mortar) * is_brick) * grit[..., None], np.float32)


def concrete(size: tuple[int, int], metre_px: float, random: np.random.Generator) -> Floats:
    """Return fair-faced concrete in panels of 2.7 by 1.35 m, with joints, tie holes and clouds."""
    x, y = _places(size, metre_px)
    in_x, in_y = x % 2.7, y % 1.35
    joint = np.minimum(np.minimum(in_x, 2.7 - in_x), np.minimum(in_y, 1.35 - in_y))
    hole_x, hole_y = np.abs(np.abs(in_x - 1.35) - 0.8), np.abs(np.abs(in_y - 0.675) - 0.4)
    dark = np.clip(1 - (joint - 0.008) * metre_px, 0, 1) * 0.55
    dark = np.maximum(dark, np.clip(1 - (np.hypot(hole_x, hole_y) - 0.022) * metre_px, 0, 1) * 0.5)
    panels = random.random((int(y.max() / 1.35) + 1, int(x.max() / 2.7) + 1)).astype(np.float32)
    own = panels[(y / 1.35).astype(np.intp), (x / 2.7).astype(np.intp)]
    cloud = 0.10 * _cloud(size, 0.5 * metre_px, random) + 0.05 * _cloud(size, 0.05 * metre_px, random)
    grey = (0.36 + 0.05 * own) * (1 + cloud) * (1 - dark)
    return np.asarray(grey[..., None] * np.array([1.02, 1.0, 0.96], np.float32), np.float32)


def timber(size: tuple[int, int], metre_px: float, random: np.random.Generator) -> Floats:
    """Return upright boards of 140 mm with grain, each of its own colour, and dark gaps."""
    x, y = _places(size, metre_px)
    board = np.floor(x / 0.14).astype(np.intp)
    in_board = x - board * 0.14
    gap = np.clip(1 - (np.minimum(in_board, 0.14 - in_board) - 0.005) * metre_px, 0, 1)
    own = random.random((int(board.max()) + 1, 3)).astype(np.float32)[board]
    drift = 0.02 * _cloud((size[0], max(1, size[1] // 8)), 0.2 * metre_px, random)
    bend = np.asarray(Image.fromarray(drift).resize(size, Image.Resampling.BILINEAR))
    grain = np.sin(
        (in_board + bend + own[..., 0] * 3) * 2 * np.pi / 0.021 + np.sin(y * 0.9 + own[..., 1] * 7)
    )
    fine = _cloud((size[0], max(1, size[1] // 10)), 0.006 * metre_px, random)
    fibre = np.asarray(Image.fromarray(fine).resize(size, Image.Resampling.BILINEAR))
    light = (0.85 + 0.3 * own[..., 2]) * (1 + 0.09 * grain + 0.10 * fibre) * (1 - 0.8 * gap)
    return np.asarray(light[..., None] * np.array([0.36, 0.19, 0.085], np.float32), np.float32)


def glass(size: tuple[int, int], metre_px: float, random: np.random.Generator) -> Floats:
    """Return a curtain wall: panes of 1.35 by 1.8 m between dark bars, that mirror a sky and its clouds."""
    x, y = _places(size, metre_px)
    in_x, in_y = x % 1.35, y % 1.8
    bar = np.clip(
        1 - (np.minimum(np.minimum(in_x, 1.35 - in_x), np.minimum(in_y, 1.8 - in_y)) - 0.03) * metre_px, 0, 1
    )
    panes = random.random((int(y.max() / 1.8) + 1, int(x.max() / 1.35) + 1, 2)).astype(np.float32)
    own = panes[(y / 1.8).astype(np.intp), (x / 1.35).astype(np.intp)]
    height = (y / max(float(y.max()), 1e-6))[..., None]
    high, low = np.array([0.16, 0.30, 0.46], np.float32), np.array([0.46, 0.55, 0.60], np.float32)
    sky = high + (low - high) * height
    tilted = (x + 0.5 * own[..., 0] + 0.3 * y) / 4
    cloud = np.clip(_cloud(size, 1.3 * metre_px, random) + 0.35 * np.sin(tilted), 0, 1.5)
    pane = (sky + 0.14 * cloud[..., None]) * (0.82 + 0.3 * own[..., 1:])
    frame = np.array([0.035, 0.038, 0.042], np.float32)
    return np.asarray(pane + (frame - pane) * bar[..., None], np.float32)


def plaster(size: tuple[int, int], metre_px: float, random: np.random.Generator) -> Floats:
    """Return lime plaster: warm white, softly uneven, with a fine grit."""
    cloud = 0.05 * _cloud(size, 0.7 * metre_px, random) + 0.05 * _cloud(size, 0.012 * metre_px, random)
    return np.asarray((0.62 * (1 + cloud))[..., None] * np.array([1.0, 0.955, 0.87], np.float32), np.float32)


MATERIALS: dict[str, Material] = {
    "brick": brick,
    "concrete": concrete,
    "timber": timber,
    "glass": glass,
    "plaster": plaster,
}


def _places(size: tuple[int, int], metre_px: float) -> tuple[Floats, Floats]:
    """Return where each pixel is, in metres across and down."""
    x = (np.arange(size[0], dtype=np.float32) + 0.5) / np.float32(metre_px)
    y = (np.arange(size[1], dtype=np.float32) + 0.5) / np.float32(metre_px)
    return np.broadcast_to(x[None], size[::-1]), np.broadcast_to(y[:, None], size[::-1])


def _cloud(size: tuple[int, int], grain_px: float, random: np.random.Generator) -> Floats:
    """Return noise of mean 0 and standard deviation 1, each grain about `grain_px` wide."""
    step = max(1, int(grain_px / 1.5))
    small = (size[1] // step + 4, size[0] // step + 4)
    noise = smooth(random.standard_normal(small, dtype=np.float32), max(0.4, grain_px / step / 2))
    noise = (noise - noise.mean()) / max(float(noise.std()), 1e-6)
    window = (1.0, 1.0, 1 + size[0] / step, 1 + size[1] / step)
    return np.asarray(Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC, box=window))
