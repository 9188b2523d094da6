"""Lights a photo anew from one side, by a guess of its shape: `relight-image`.

The shape is a relief: the subject's mask blown up like a cushion, and the tones of the picture as small bumps on it.
Its normals give a Lambert field for the light; nothing is known of true depth, so no shadow is cast or taken away.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from PIL import Image

from limner.actions.blur_kernels import smooth
from limner.actions.canvas import is_lossless
from limner.actions.colour_spaces import LUMINANCE, Floats, bytes_to_linear, linear_to_bytes, to_unit
from limner.actions.job import Job, Made
from limner.actions.stills import open_image, save_image
from limner.actions.subject import find_subject, follow_edges
from limner.types import Kind

SIDES = {
    "left": (-1.0, -0.25),
    "right": (1.0, -0.25),
    "top": (0.0, -1.0),
    "bottom": (0.0, 1.0),
    "top-left": (-0.75, -0.75),
    "top-right": (0.75, -0.75),
    "bottom-left": (-0.75, 0.75),
    "bottom-right": (0.75, 0.75),
    "front": (0.0, 0.0),
}
"""Where the light comes from, across and down; side light stands a little above the eyes, as lamps and windows do."""

Rgb = tuple[float, float, float]


class Light(NamedTuple):
    """Colours in linear red, green and blue: of the light, and of what fills its shadows.

    level: the picture's mean light afterwards, in parts of what it was. chroma: how much colour the eye sees in it.
    """

    key: Rgb
    fill: Rgb
    level: float = 0.95
    chroma: float = 1.0


LIGHTS = {
    "warm": Light((1.20, 0.98, 0.66), (0.80, 0.97, 1.28)),
    "golden": Light((1.36, 0.92, 0.38), (0.84, 0.92, 1.30)),
    "neutral": Light((1.0, 1.0, 1.0), (1.0, 1.0, 1.0)),
    "cool": Light((0.68, 1.0, 1.50), (1.14, 1.0, 0.84)),
    "moonlight": Light((0.66, 0.96, 1.50), (0.50, 0.86, 1.90), level=0.20, chroma=0.35),
}

ELEVATION = 0.75
"""How far the light stands in front of the picture, when it stands 1 to the side."""
FILL = 0.10
"""The light in full shadow, where the light straight in front gives 1."""
WRAP = 0.25
"""How far light reaches around a round thing: large lamps reach further than points."""
CUSHION = (0.02, 0.05, 0.1, 0.17)
"""Softness of the blown-up mask, in parts of the longer side."""
ROUNDNESS, RELIEF, FALL_OFF = 2.6, 1.3, 1.3
"""Slopes of the cushion and of the bumps, and how fast light fades across the picture."""
KNEE = 0.72
"""The linear light above which brightening gives way, so that nothing clips."""
STRIP_ROWS = 256


def relight_image(job: Job) -> tuple[Made, ...]:
    """Light a picture from a side in a colour; strength 0 leaves the pixels as they are."""
    image = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    strength = float(job.params["strength"]) / 100
    if strength > 0:
        job.progress(0.1, "Finding the shape")
        image = relit(image, job.params["direction"], job.params["light"], strength)
    job.progress(0.85, "Saving")
    is_exact = strength == 0 or is_lossless(job)
    return (Made(Kind.IMAGE, save_image(image, job, "relit", graphic=is_exact)),)


def relit(image: Image.Image, direction: str, light: str, strength: float) -> Image.Image:
    """Return the picture in a light.

    direction: of SIDES. light: of LIGHTS. strength: 0 (unchanged) to 1. Transparency is kept.
    """
    subject = find_subject(image)
    toward = _toward(direction)
    fields = _subject_field(image, subject, toward), _ground_field(image, subject, toward)
    mask = follow_edges(image, subject)
    lamp = LIGHTS[light]
    key, fill = (
        np.array(each, np.float32) / float(np.dot(each, LUMINANCE)) for each in (lamp.key, lamp.fill)
    )
    level = lamp.level * _evened(image, mask, fields)
    pixels = np.array(image)
    for rows, lit in _strips(image.size, mask, fields):
        gain = level * (FILL * fill + (1 - FILL) * lit[..., None] * key)
        before = bytes_to_linear(pixels[rows, :, :3])
        grey = (before @ LUMINANCE)[..., None]
        seen = grey + (1 - strength * (1 - lamp.chroma)) * (before - grey)
        pixels[rows, :, :3] = linear_to_bytes(
            _held(np.asarray(seen, np.float32), np.asarray(gain**strength, np.float32))
        )
    return Image.fromarray(pixels)


def _toward(direction: str) -> Floats:
    """Return the unit vector towards the light: right, down, and out of the picture."""
    across, down = SIDES[direction]
    vector = np.array([across, down, ELEVATION], np.float32)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def _lambert(slope_x: Floats, slope_y: Floats, toward: Floats) -> Floats:
    """Return how much light a relief takes: 1 where it faces the viewer, more towards the light, at least 0."""
    facing = (-slope_x * toward[0] - slope_y * toward[1] + toward[2]) / np.sqrt(1 + slope_x**2 + slope_y**2)
    wrapped = np.clip((facing + WRAP) / (toward[2] + WRAP), 0, None)
    return np.asarray(wrapped, np.float32)


def _subject_field(image: Image.Image, subject: Floats, toward: Floats) -> Floats:
    """Return the light on the subject, which goes on around it as far as the cushion is soft."""
    side = max(subject.shape)
    cushion = sum(smooth(subject, part * side) for part in CUSHION) / len(CUSHION)
    round_y, round_x = (ROUNDNESS * np.tanh(0.35 * side * each) for each in np.gradient(cushion))
    bump_y, bump_x = (RELIEF * each for each in _bumps(image, subject.shape))
    return np.asarray(
        _lambert(round_x + bump_x, round_y + bump_y, toward) * _nearness(subject.shape, toward, 0.5)
    )


def _ground_field(image: Image.Image, subject: Floats, toward: Floats) -> Floats:
    """Return the light behind the subject: flatter, and brighter nearer to the light."""
    bump_y, bump_x = (0.6 * RELIEF * each for each in _bumps(image, subject.shape))
    return np.asarray(_lambert(bump_x, bump_y, toward) * _nearness(subject.shape, toward, 1.0))


def _bumps(image: Image.Image, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Return the slopes down and across of the picture's tones, taken for relief: what is bright stands out."""
    small = image.convert("L").resize((shape[1], shape[0]), Image.Resampling.BOX)
    tone = np.log(to_unit(np.asarray(small)) + 0.15)
    side = max(shape)
    relief = smooth(tone, 0.008 * side) - smooth(tone, 0.05 * side)
    down, across = np.gradient(relief * side * 0.035)
    return np.tanh(down).astype(np.float32), np.tanh(across).astype(np.float32)


def _nearness(shape: tuple[int, ...], toward: Floats, share: float) -> Floats:
    """Return how bright light is by how near a place is to it: 1 in the middle. share: of FALL_OFF."""
    x = (np.arange(shape[1], dtype=np.float32) + 0.5) / shape[1] * 2 - 1
    y = (np.arange(shape[0], dtype=np.float32) + 0.5) / shape[0] * 2 - 1
    along = toward[0] * x[None] + toward[1] * y[:, None]
    around = np.sqrt(x[None] ** 2 + y[:, None] ** 2) - 0.75
    is_beside = bool(toward[0] or toward[1])
    return np.exp(share * FALL_OFF * (along if is_beside else -around)).astype(np.float32)


def _evened(image: Image.Image, mask: Image.Image, fields: tuple[Floats, Floats]) -> float:
    """Return the factor that keeps the picture's mean light where it was."""
    size = fields[0].shape[::-1]
    light = bytes_to_linear(np.asarray(image.convert("RGB").resize(size, Image.Resampling.BOX))) @ LUMINANCE
    part = to_unit(np.asarray(mask.resize(size, Image.Resampling.BOX)))
    gain = FILL + (1 - FILL) * (fields[1] + part * (fields[0] - fields[1]))
    return float((light.sum() + 1e-6) / ((light * gain).sum() + 1e-6))


def _strips(
    size: tuple[int, int], mask: Image.Image, fields: tuple[Floats, Floats]
) -> Iterator[tuple[slice, Floats]]:
    """Yield rows of the picture, and the light on them at its size."""
    width, height = size
    small = [Image.fromarray(np.ascontiguousarray(field)) for field in fields]
    ratio = fields[0].shape[0] / height
    for top in range(0, height, STRIP_ROWS):
        bottom = min(top + STRIP_ROWS, height)
        window = (0.0, top * ratio, float(small[0].width), bottom * ratio)
        on_subject, on_ground = (
            np.asarray(each.resize((width, bottom - top), Image.Resampling.BICUBIC, box=window))
            for each in small
        )
        part = to_unit(np.asarray(mask.crop((0, top, width, bottom))))
        lit = np.maximum(on_ground + part * (on_subject - on_ground), 0)  # bicubic undershoots
        yield slice(top, bottom), np.asarray(lit, np.float32)


def _held(light: Floats, gain: Floats) -> Floats:
    """Return light times gain, bent before it reaches 1; what is not brightened is not bent."""
    raised = light * gain
    room = 1 - KNEE
    bent = np.where(raised > KNEE, KNEE + room * np.tanh((raised - KNEE) / room), raised)
    return np.asarray(
        np.where(raised > light, np.maximum(bent, np.minimum(light, raised)), raised), np.float32
    )
