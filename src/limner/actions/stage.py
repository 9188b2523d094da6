"""A small photo studio: a seamless sweep with its light, and the shadows and reflection of what stands on it."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from limner.actions.blur_kernels import smooth
from limner.actions.canvas import lay
from limner.actions.colour_spaces import Floats, linear_to_bytes, to_linear, to_unit

RGB = tuple[int, int, int]
Place = tuple[int, int]
"""Left and top, in pixels."""
FLOOR = 0.74
"""Where the wall has become floor, in parts of the height."""
CONTACT_REACH = 0.2
"""What ends within this lowest part of a thing's height touches the ground."""


@dataclass(frozen=True, slots=True)
class Light:
    """What lights a sweep. x, y: the middle of its pool on the wall, 0 to 1; wide: its radius in heights;
    depth: how much darker the corners are, 0 to 1."""

    x: float = 0.5
    y: float = 0.42
    wide: float = 0.62
    depth: float = 0.34


def sweep(size: tuple[int, int], color: RGB, light: Light = Light()) -> Image.Image:
    """Return an empty seamless backdrop: a wall with a pool of light that bends into a lit floor."""
    width, height = size
    y: Floats = ((np.arange(height, dtype=np.float32) + 0.5) / height).astype(np.float32)[:, None]
    x: Floats = ((np.arange(width, dtype=np.float32) + 0.5) / width).astype(np.float32)[None, :]
    across: Floats = (x - light.x) * np.float32(width / height)
    pool = np.exp(-((across**2 + (y - light.y) ** 2) / light.wide**2))
    bend = _bump(y, FLOOR - 0.07, 0.075)
    floor = 1 / (1 + np.exp(-(y - FLOOR) / 0.035))
    near = np.exp(-((across / 0.8) ** 2 + ((y - 0.88) / 0.3) ** 2))
    level = 1 - light.depth + light.depth * pool
    lit = level * (1 - 0.10 * bend) * (1 - floor) + floor * (1 - 0.7 * light.depth * (1 - near))
    base = to_linear(to_unit(np.array(color, np.uint8)))
    # Light adds white before it clips: pools on a colour look lit, not just less dark.
    glow = 0.05 * np.clip(pool - 0.6, 0, 1)
    linear = base * lit[..., None] * 1.06 + glow[..., None]
    noise = np.random.default_rng(0).random((height, width, 1), dtype=np.float32) - 0.5
    return Image.fromarray(linear_to_bytes(linear * (1 + 0.012 * noise)))


def _bump(values: Floats, centre: float, spread: float) -> Floats:
    return np.asarray(np.exp(-(((values - centre) / spread) ** 2)), np.float32)


def contact_shadow(alpha: Image.Image) -> tuple[Image.Image, int]:
    """Return the shadow where a thing touches the ground, in mode L, and how far it extends beyond the thing."""
    width, height = alpha.size
    spread = max(4, max(width, height) // 6)
    solid = np.asarray(alpha) > 127
    below = np.zeros_like(solid)
    below[:-1] = np.logical_or.accumulate(solid[::-1])[::-1][1:]
    feet = solid & ~below
    feet[: round(height * (1 - CONTACT_REACH))] = False
    ground = np.pad(feet.astype(np.float32), spread)
    unit = max(width, height) / 100
    wide, tight = (_spread(ground, across * unit, down * unit) for across, down in ((5.0, 1.7), (1.2, 0.55)))
    ink = np.maximum(0.42 * wide / max(float(wide.max()), 1e-6), 0.62 * tight / max(float(tight.max()), 1e-6))
    return Image.fromarray((ink * 255 + 0.5).astype(np.uint8)), spread


def _spread(ink: Floats, across: float, down: float) -> Floats:
    """Return ink blurred by two standard deviations in pixels; in float, for thin feet leave little of it."""
    size = (max(2, round(ink.shape[1] * 3 / across)), max(2, round(ink.shape[0] * 3 / down)))
    small = Image.fromarray(ink).resize(size, Image.Resampling.BOX) if across > 3 else Image.fromarray(ink)
    sigma = 3.0 if across > 3 else 1.0
    soft = Image.fromarray(smooth(np.asarray(small), sigma))
    large = np.asarray(soft.resize((ink.shape[1], ink.shape[0]), Image.Resampling.BICUBIC))
    return np.asarray(np.clip(large, 0, None), np.float32)


def cast_shadow(alpha: Image.Image, strength: float = 0.3) -> tuple[Image.Image, int]:
    """Return the soft shadow that a high light throws to the floor: the outline laid flat, in mode L.

    Its lower third lies below the thing's foot. Returns how far it extends beyond the thing, as well.
    """
    width, height = alpha.size
    spread = max(4, max(width, height) // 6)
    flat = alpha.resize((round(width * 1.06), max(2, height // 7)), Image.Resampling.BOX)
    ground = Image.new("L", (width + 2 * spread, height + 2 * spread))
    ground.paste(flat, (spread - round(width * 0.03), spread + height - round(flat.height * 0.72)))
    unit = max(width, height) / 100
    return _levelled(ground.filter(ImageFilter.GaussianBlur((4.5 * unit, 2.2 * unit))), strength), spread


def _levelled(mask: Image.Image, peak: float) -> Image.Image:
    """Return the mask with its darkest place at a share of full ink."""
    ink = to_unit(np.asarray(mask))
    level = peak / max(float(ink.max()), 1 / 255)
    return Image.fromarray((ink * level * 255 + 0.5).astype(np.uint8))


def reflection(thing: Image.Image, strength: float) -> Image.Image:
    """Return a thing's reflection in a satin floor: upside down, fading and softer with its distance."""
    height = max(1, round(thing.height * 0.42))
    part = thing.crop((0, thing.height - height, *thing.size)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    soft = part.filter(ImageFilter.GaussianBlur(max(thing.size) / 160))
    fade = (np.linspace(1, 0, height, dtype=np.float32) ** 1.8 * strength)[:, None]
    alpha = to_unit(np.asarray(soft.getchannel("A"))) * fade
    soft.putalpha(Image.fromarray((alpha * 255 + 0.5).astype(np.uint8)))
    return soft


def stand(
    canvas: Image.Image, thing: Image.Image, foot: Place, *, mirror: float = 0.0, shade: float = 1.0
) -> None:
    """Draw a thing on a canvas in RGB, with its reflection and its shadows.

    foot: the middle of its lower edge. mirror: strength of the reflection, 0 to 1. shade: of the shadows.
    """
    left, top = foot[0] - thing.width // 2, foot[1] - thing.height
    if mirror > 0:
        lay(canvas, reflection(thing, mirror), (left, foot[1] - 1))
    alpha = thing.getchannel("A")
    for mask, spread in (cast_shadow(alpha, 0.34 * shade), contact_shadow(alpha)):
        ink = Image.new("RGB", mask.size, (16, 14, 16))
        canvas.paste(ink, (left - spread, top - spread), mask.point([round(v * shade) for v in range(256)]))
    lay(canvas, thing, (left, top))


def fitted(thing: Image.Image, room: tuple[float, float]) -> Image.Image:
    """Return a thing as large as fits a room in pixels, enlarged at most threefold."""
    scale = min(room[0] / thing.width, room[1] / thing.height, 3.0)
    size = (max(1, round(thing.width * scale)), max(1, round(thing.height * scale)))
    return resized(thing, size)


def resized(thing: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return a picture in RGBA at a size; see-through pixels lend no colour to their neighbours."""
    method = Image.Resampling.LANCZOS if size[0] < thing.width else Image.Resampling.BICUBIC
    return thing.convert("RGBa").resize(size, method).convert("RGBA")
