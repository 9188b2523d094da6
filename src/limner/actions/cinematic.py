"""Makes a photo look like a frame of a feature film: wide cut, grade, halation, vignette, grain: `cinematic-image`."""

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from limner.actions.aspect_change import cut
from limner.actions.canvas import is_lossless
from limner.actions.colour_spaces import LUMINANCE, Floats, bytes_to_linear, linear_to_bytes, to_unit
from limner.actions.filter_grain import Grain
from limner.actions.filter_levels import opaque, with_alpha_of
from limner.actions.filter_lookup import through_cube
from limner.actions.filter_vignette import vignette
from limner.actions.job import Job, Made
from limner.actions.reframe import best_place, is_safe
from limner.actions.saliency import saliency
from limner.actions.stills import open_image, save_image
from limner.types import Kind

SCOPE = 2.39
"""Width to height of a widescreen frame. Source: SMPTE ST 195:2000, anamorphic."""
GLOW_SIDE = 640
"""Light that spreads this softly is made at this longest side."""
GLOW_RADIUS = 0.012
"""How far halation reaches, in parts of the longer side; a second, wider ring has three times that."""
GLOW_COLOR = (1.0, 0.34, 0.10)
"""Light that comes back from behind the film passes its red layer first."""
GLOW_GAIN = 1.1
GLOW_FROM = 0.45
"""The linear light from which on a place is bright enough to glow."""
VIGNETTE = 0.26
GRAIN = 0.15
GRAIN_LINES = 900
"""Shorter side, in pixels, below which grain is laid thinner: it cannot be finer than a pixel."""
SHADOW_TINT = (-0.018, 0.008, 0.034)
LIGHT_TINT = (0.034, 0.010, -0.036)
"""What deep and bright tones move by at full strength: a little teal below, a little amber above."""
BLACK, WHITE = 0.026, 0.965
"""Where film has its darkest and brightest tone."""
CHROMA = 0.88


def cinematic_image(job: Job) -> tuple[Made, ...]:
    """Cut a picture to a wide frame around its subject and give it the light, colour and grain of film."""
    image = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    strength = float(job.params["strength"]) / 100
    if job.params["frame"] == "wide":
        image = widened(image, job)
    job.progress(0.3, "Grading")
    if strength > 0:
        image = with_halation(image, strength)
        image = through_cube(lambda colours: grade(colours, strength))(image)
        image = vignette(image, VIGNETTE * strength, 0.75)
        job.progress(0.7, "Laying grain")
        thin = min(1.0, min(image.size) / GRAIN_LINES) ** 0.5
        image = Grain(job.seed, image.size, GRAIN * strength * thin).on_image(image)
    is_exact = strength == 0 or is_lossless(job)
    return (Made(Kind.IMAGE, save_image(image, job, "cinematic", graphic=is_exact)),)


def widened(image: Image.Image, job: Job) -> Image.Image:
    """Return the window of 2.39:1, to the nearest pixel, that keeps the subject best."""
    size = wide_size(image.size)
    place, window = best_place(image, saliency(image), size)
    if not is_safe(window):
        kept = f"{window.mass:.0%} of what draws the eye"
        job.warn(f"params.frame: a wide cut keeps only {kept}; frame original keeps the whole picture.")
    return cut(image, size, place)


def wide_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return the largest size of 2.39:1 within a picture's, at least one pixel a side."""
    width, height = size
    if width / height < SCOPE:
        return width, max(1, round(width / SCOPE))
    return max(1, round(height * SCOPE)), height


def with_halation(image: Image.Image, strength: float) -> Image.Image:
    """Return the picture with the warm glow that film has around its brightest places.

    strength: 0 (none) to 1. Only what is brighter than its surroundings glows, so that a white page stays white.
    """
    colours = opaque(image)
    small = colours.copy()
    small.thumbnail((GLOW_SIDE, GLOW_SIDE), Image.Resampling.BOX)
    light = bytes_to_linear(np.asarray(small)) @ LUMINANCE
    bright = np.clip((light - GLOW_FROM) / (1 - GLOW_FROM), 0, 1)
    near, far = (_spread(bright, radius * max(small.size)) for radius in (GLOW_RADIUS, 3 * GLOW_RADIUS))
    glow = np.clip(0.65 * near + 0.6 * far - 0.5 * bright, 0, None)
    tinted = glow[..., None] * np.array(GLOW_COLOR, np.float32) * np.float32(GLOW_GAIN * strength)
    layer = Image.fromarray(linear_to_bytes(np.asarray(tinted * tinted.clip(0, 1) ** 0.25, np.float32)))
    return with_alpha_of(
        image, ImageChops.screen(colours, layer.resize(colours.size, Image.Resampling.BICUBIC))
    )


def _spread(light: Floats, radius_px: float) -> Floats:
    """Return light blurred; in 8 bits, whose steps the grain hides."""
    picture = Image.fromarray((light * 255 + 0.5).astype(np.uint8))
    blurred = picture.filter(ImageFilter.GaussianBlur(max(0.5, radius_px)))
    return to_unit(np.asarray(blurred))


def grade(colours: Floats, strength: float) -> Floats:
    """Return sRGB colours, shape (n, 3), 0 to 1, with a film's tone curve, split tones and quieter colours.

    strength: 0 (unchanged) to 1.
    """
    light = (colours @ LUMINANCE)[:, None]
    quiet = light + (colours - light) * CHROMA
    curved = BLACK + (WHITE - BLACK) * _s_curve(quiet)
    deep, high = (1 - light) ** 2 * (1 - (1 - light) ** 6), light**2 * (1 - light**8)
    tinted = curved + deep * np.array(SHADOW_TINT, np.float32) + high * np.array(LIGHT_TINT, np.float32)
    return np.asarray(colours + strength * (tinted - colours), np.float32)


def _s_curve(values: Floats) -> Floats:
    """Return tones with more contrast in the middle, and a soft foot and shoulder."""
    held = np.clip(values, 0, 1)
    smooth = held * held * (3 - 2 * held)
    return np.asarray(0.62 * held + 0.38 * smooth - 0.02 * np.sin(np.pi * held), np.float32)
