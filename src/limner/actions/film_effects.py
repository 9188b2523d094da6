"""Flaws of cameras and recorders for films: `video-effect`."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from limner.actions.colour_spaces import Bytes, Floats
from limner.actions.film_effects_hand import Handheld
from limner.actions.film_effects_tape import VideoTape
from limner.actions.filter_film import (
    FrameChange,
    InColour,
    InPlanes,
    Planes,
    changed_film,
    grained,
    open_film,
    size_of,
)
from limner.actions.job import Job, Made
from limner.types import Json

Size: TypeAlias = tuple[int, int]
Integers: TypeAlias = NDArray[np.int32]

STRIP_ROWS = 32

BLACK, NEUTRAL = 16, 128
"""The codes of black brightness and of no colour in limited-range video."""


def video_effect(job: Job) -> tuple[Made, ...]:
    """Give a film one effect; at 0 its frames go to the encoder as they are."""
    clip = open_film(job)
    effect = job.params["effect"]
    change = EFFECTS[effect](job.params, size_of(clip), job.seed, float(clip.rate))
    return changed_film(job, clip, effect, change, moves=effect in ("grain", "shake", "vhs"))


def _vignette(params: Json, size: Size, seed: int, rate: float) -> FrameChange | None:
    angle = np.radians(float(params["vignette_angle"]))
    if angle == 0:
        return None
    light = lens_light(size, angle)
    # In 8192ths. What rounds brightness is noise, so that plain walls show no rings.
    gains = np.round(light * 8192).astype(np.int32), np.round(light[::2, ::2] * 8192).astype(np.int32)
    dither = np.random.default_rng(seed).integers(0, 8192, gains[0].shape, dtype=np.int32)
    half = np.broadcast_to(np.int32(4096), gains[1].shape)

    def darken(planes: Planes, number: int) -> Planes:
        luma = _scaled(planes[0], gains[0], dither, BLACK)
        blue, red = (_scaled(plane, gains[1], half, NEUTRAL) for plane in planes[1:])
        return luma, blue, red

    return InPlanes(darken)


def _scaled(plane: Bytes, gains: Integers, rounding: Integers, zero: int) -> Bytes:
    """Return a plane times gains of 0 to 8192 8192ths, strip by strip: cached, it takes half the time."""
    made = np.empty(plane.shape, np.uint8)
    for top in range(0, len(plane), STRIP_ROWS):
        rows = slice(top, top + STRIP_ROWS)
        values = plane[rows].astype(np.int32)
        values -= zero
        values *= gains[rows]
        values += rounding[rows]
        values >>= 13
        values += zero
        made[rows] = values
    return made


def lens_light(size: Size, angle: float) -> Floats:
    """Return how much light a lens of this half angle, in radians, brings to each pixel, 0 to 1.

    It falls with the fourth power of the cosine, the corner being at the whole angle.
    """
    x = (np.arange(size[0], dtype=np.float32) + 0.5) / size[0] * 2 - 1
    y = (np.arange(size[1], dtype=np.float32) + 0.5) / size[1] * 2 - 1
    away = np.sqrt((x[None] ** 2 + y[:, None] ** 2) / 2)
    return np.asarray(np.cos(angle * away) ** 4, np.float32)


def _grain(params: Json, size: Size, seed: int, rate: float) -> FrameChange | None:
    strength = float(params["grain_strength"]) / 100
    if strength == 0:
        return None
    return grained(seed, size, strength)


def _pixelate(params: Json, size: Size, seed: int, rate: float) -> FrameChange | None:
    block = int(params["pixel_block_size"])
    if block <= 1:
        return None

    def squares(planes: Planes, number: int) -> Planes:
        return mosaic(planes[0], block, 1), mosaic(planes[1], block, 2), mosaic(planes[2], block, 2)

    return InPlanes(squares)


LARGEST_REDUCED = 128
"""Side of a square up to which Pillow's mean, which is ten times as fast, is within a level: it multiplies sums
by a rounded reciprocal."""


def mosaic(plane: Bytes, block: int, step: int) -> Bytes:
    """Return the mean of each square of `block` pixels; step: pixels of the film per value of the plane."""
    if block % step == 0 and block // step <= LARGEST_REDUCED:
        side = block // step
        small = np.asarray(Image.fromarray(np.ascontiguousarray(plane)).reduce(side))
        wide = small.repeat(side, axis=1)[:, : plane.shape[1]]
        return np.asarray(wide.repeat(side, axis=0)[: len(plane)], np.uint8)
    down, across = (_edges(length, block, step) for length in plane.shape)
    heights, widths = (
        np.diff([*edges, length]) for edges, length in zip((down, across), plane.shape, strict=True)
    )
    sums = np.add.reduceat(np.add.reduceat(plane, down, axis=0, dtype=np.uint32), across, axis=1)
    areas = np.outer(heights, widths)
    means = ((sums + areas // 2) // areas).astype(np.uint8)
    return np.asarray(means.repeat(heights, axis=0).repeat(widths, axis=1), np.uint8)


def _edges(length: int, block: int, step: int) -> list[int]:
    """Return where squares begin; an odd block shares a column of colour, which goes to the left one."""
    return sorted({-(-start // step) for start in range(0, length * step, block)} - {length})


def _shake(params: Json, size: Size, seed: int, rate: float) -> FrameChange | None:
    amount = float(params["shake_amount"]) / 100
    if amount == 0:
        return None
    return InPlanes(Handheld(size, seed, rate, amount))


def _chromatic(params: Json, size: Size, seed: int, rate: float) -> FrameChange | None:
    offset = float(params["chromatic_offset"])
    if offset == 0:
        return None

    def split(colours: Planes, number: int) -> Planes:
        red, green, blue = colours
        return shifted(red, -offset), green, shifted(blue, offset)

    return InColour(size, split)


def shifted(channel: Bytes, offset_px: float) -> Bytes:
    """Return a channel moved to the right, its edge drawn outwards."""
    whole = int(np.floor(offset_px))
    part = round((offset_px - whole) * 256)
    near = _moved(channel, whole)
    if part == 0:
        return near
    far = _moved(channel, whole + 1)
    mixed = near.astype(np.uint16) * (256 - part) + far.astype(np.uint16) * part + 128  # below 65536
    return (mixed >> 8).astype(np.uint8)


def _moved(channel: Bytes, offset: int) -> Bytes:
    width = channel.shape[1]
    step = min(abs(offset), width)
    made = np.empty_like(channel)
    if offset >= 0:
        made[:, step:], made[:, :step] = channel[:, : width - step], channel[:, :1]
    else:
        made[:, : width - step], made[:, width - step :] = channel[:, step:], channel[:, -1:]
    return made


def _vhs(params: Json, size: Size, seed: int, rate: float) -> FrameChange | None:
    return VideoTape(size, seed, rate, float(params["grain_strength"]) / 100)


EFFECTS: dict[str, Callable[[Json, Size, int, float], FrameChange | None]] = {
    "vignette": _vignette,
    "grain": _grain,
    "pixelate": _pixelate,
    "shake": _shake,
    "chromatic": _chromatic,
    "vhs": _vhs,
}
