"""Gives a picture the colours of another one: `transfer-color`."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from limner.actions.canvas import is_lossless
from limner.actions.colour_spaces import Floats, lab_to_linear, lab_to_srgb, srgb_to_lab, to_unit
from limner.actions.filter_lookup import through_cube
from limner.actions.job import Job, Made
from limner.actions.stills import open_image, save_image
from limner.errors import InvalidMedia
from limner.types import Kind

Method = Literal["mkl", "reinhard"]
Matrix = NDArray[np.float64]

STATISTICS_SIDE = 512
"""Pictures are measured at this longest side: statistics of more pixels do not differ visibly."""
MOST_GAIN = 2.0
"""Stretching 8-bit colours further shows their steps as bands."""


def transfer_color(job: Job) -> tuple[Made, ...]:
    """Move the first picture's colours towards the second's."""
    image = open_image(job.path(Kind.IMAGE, 0), job.limits, "inputs.image[0]", warn=job.warn)
    reference = open_image(job.path(Kind.IMAGE, 1), job.limits, "inputs.image[1]", warn=job.warn)
    job.progress(0.3, "Measuring colours")
    strength = float(job.params["strength"]) / 100
    keep = float(job.params["keep_luminance"]) / 100
    moved = transfer(image, reference, method=job.params["method"], strength=strength, keep_luminance=keep)
    job.progress(0.8, "Saving")
    return (
        Made(
            Kind.IMAGE, path=save_image(moved, job, "recoloured", graphic=strength == 0 or is_lossless(job))
        ),
    )


def transfer(
    image: Image.Image,
    reference: Image.Image,
    *,
    method: Method = "mkl",
    strength: float = 1.0,
    keep_luminance: float = 0.0,
) -> Image.Image:
    """Return `image` with the colour statistics of `reference`, in CIE Lab.

    strength, keep_luminance: 0 to 1. Transparency is kept and see-through pixels are not measured.
    Highlights and shadows are bent, never clipped; colours that sRGB lacks lose chroma, not lightness.
    Raises: InvalidMedia, when a picture has no visible pixels.
    """
    if strength == 0:
        return image
    own, wanted = visible_lab(image, "inputs.image[0]"), visible_lab(reference, "inputs.image[1]")
    matrix = _mkl(own, wanted) if method == "mkl" else _reinhard(own, wanted)
    own_mean, wanted_mean = own.mean(axis=0), wanted.mean(axis=0)

    def change(colours: Floats) -> Floats:
        lab = srgb_to_lab(colours)
        moved = (lab - own_mean) @ matrix.T.astype(np.float32) + wanted_mean
        moved = lab + strength * (moved - lab)
        moved[:, 0] = _bend(moved[:, 0], lab[:, 0])
        moved[:, 0] += keep_luminance * (lab[:, 0] - moved[:, 0])
        return lab_to_srgb(fit_gamut(moved.astype(np.float32)))

    return through_cube(change)(image)


def visible_lab(image: Image.Image, field: str) -> Floats:
    """Return the Lab colours of the picture's visible pixels, shape (n, 3), measured at a small size.

    Raises: InvalidMedia, naming `field`, when no pixel is visible.
    """
    small = image.copy()
    small.thumbnail((STATISTICS_SIDE, STATISTICS_SIDE), Image.Resampling.BOX)
    pixels = np.asarray(small.convert("RGBA"))
    colours = pixels[pixels[..., 3] >= 128][:, :3]
    if not len(colours):
        raise InvalidMedia.of(field, "every pixel is transparent; there is no colour to measure")
    return srgb_to_lab(to_unit(colours))


def _mkl(own: Floats, wanted: Floats) -> Matrix:
    """Return the linear map between two Gaussians that moves colours least.

    Source: Pitie, Kokaram 2007, The linear Monge-Kantorovitch linear colour mapping, eq. 14.
    """
    # One squared Lab unit on the diagonal: flat pictures have no covariance to divide by.
    first = np.cov(own.T.astype(np.float64), ddof=0) + np.eye(3)
    second = np.cov(wanted.T.astype(np.float64), ddof=0) + np.eye(3)
    root, inverse = _power(first, 0.5), _power(first, -0.5)
    return _limit(inverse @ _power(root @ second @ root, 0.5) @ inverse)


def _reinhard(own: Floats, wanted: Floats) -> Matrix:
    """Return the map that scales each Lab axis. Source: Reinhard et al. 2001, doi:10.1109/38.946629"""
    ratio = (wanted.std(axis=0) + 1.0) / (own.std(axis=0) + 1.0)
    return _limit(np.diag(ratio.astype(np.float64)))


def _power(matrix: Matrix, exponent: float) -> Matrix:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.maximum(values, 1e-6) ** exponent) @ vectors.T)


def _limit(matrix: Matrix) -> Matrix:
    """Cap how far the symmetric map stretches any direction."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return np.asarray((vectors * np.clip(values, 0.0, MOST_GAIN)) @ vectors.T)


def _bend(lightness: Floats, before: Floats) -> Floats:
    """Compress lightness towards 0 and 100 beyond a knee 12 units from each end, so that nothing clips."""
    knee = 12.0
    high, low = 100 - knee, knee
    bent = np.where(lightness > high, high + knee * np.tanh((lightness - high) / knee), lightness)
    bent = np.where(bent < low, low - knee * np.tanh((low - bent) / knee), bent)
    # Black stays near black and white near white: the reference's grade moves what lies between.
    anchor = np.clip(np.minimum(before, 100 - before) / 10, 0, 1)
    return np.asarray(before + (bent - before) * (0.35 + 0.65 * anchor), np.float32)


def fit_gamut(lab: Floats) -> Floats:
    """Return Lab colours, shape (n, 3), with chroma reduced as far as sRGB needs; lightness and hue stay."""
    fitted = lab.copy()
    fitted[:, 0] = np.clip(fitted[:, 0], 0.0, 100.0)
    low, high = np.zeros(len(lab), np.float32), np.ones(len(lab), np.float32)
    inside = _in_gamut(fitted)
    for _ in range(8):
        middle = (low + high) / 2
        trial = fitted * np.stack([np.ones_like(middle), middle, middle], axis=-1)
        fits = _in_gamut(trial)
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    fitted[:, 1:] *= np.where(inside, 1.0, low)[:, None]
    return fitted


def _in_gamut(lab: Floats) -> NDArray[np.bool_]:
    light = lab_to_linear(lab)
    return np.asarray(((light > -0.002) & (light < 1.002)).all(axis=-1))
