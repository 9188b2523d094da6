"""Where a viewer looks first: a map of what must stay when a picture is cut."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Map = NDArray[np.float32]

WORKING_SIDE = 128
CORE_LEVELS = (0.55, 0.7, 0.85, 0.95)
"""Places with this share of the strongest place's strength are the core, from wide to narrow."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a map along one side: where it starts, in cells, and the shares that it keeps."""

    start: float
    mass: float
    core: float


def saliency(image: Image.Image) -> Map:
    """Return how much each place draws the eye, shape (rows, columns), at most 128 a side; its sum is 1.

    A weighted sum of spectral residual, colour rarity, detail, warm skin-like colour, and nearness to the
    centre. Equal pictures give equal maps.
    Sources: Hou & Zhang 2007, doi:10.1109/CVPR.2007.383267 (spectral residual); Achanta et al. 2009,
    doi:10.1109/CVPR.2009.5206596 (colour rarity); Chai & Ngan 1999, doi:10.1109/76.767122 (skin in CbCr).
    """
    small = _small(image)
    color = np.asarray(small.convert("YCbCr")).astype(np.float32)
    parts = (
        (0.25, _residual(color)),
        (0.25, _rarity(small)),
        (0.15, _detail(color[:, :, 0])),
    )
    total = sum((weight * _normal(part) for weight, part in parts), 0.35 * _skin(color))
    total = _blur(total, 2.5) * _centre(*total.shape)
    # Faint interest everywhere adds up; what is below the mean does not decide a cut.
    strong: Map = np.clip(total - total.mean(), 0, None).astype(np.float32) ** 1.5
    if image.mode == "RGBA":
        strong *= np.asarray(image.getchannel("A").resize(small.size, Image.Resampling.BOX)) / 255.0
    whole = float(strong.sum())
    return strong / whole if whole > 0 else np.full_like(strong, 1 / strong.size)


def core(found: Map, axis: int, level: float) -> tuple[float, float]:
    """Return from where to where the places of at least `level` of the strongest reach, with room around.

    axis: 0 for columns, 1 for rows. Rows get more room above than below: hair, hats, ears.
    """
    strong = (found >= level * found.max()).any(axis=axis).nonzero()[0]
    first, last = float(strong[0]), float(strong[-1] + 1)
    length, cells = last - first, found.shape[1 - axis]
    before, after = (
        (0.15 * length, 0.15 * length) if axis == 0 else (0.5 * length + 0.08 * cells, 0.2 * length)
    )
    return max(0.0, first - before), min(float(cells), last + after)


def best_window(found: Map, axis: int, length: float) -> Window:
    """Return the window of `length` cells that keeps the core and then the most of the mass.

    axis: 0 for columns, 1 for rows. A core too large for the window counts with its strongest part only,
    so that one face stays whole rather than two halves.
    """
    weights = found.sum(axis=axis)
    cores = [core(found, axis, level) for level in CORE_LEVELS]
    heart = next((each for each in cores if each[1] - each[0] <= length), cores[-1])
    total = np.concatenate([[0.0], np.cumsum(weights, dtype=np.float64)])
    starts = np.linspace(0.0, max(0.0, len(weights) - length), 257)
    cells = np.arange(len(total))
    inside = np.interp(starts + length, cells, total) - np.interp(starts, cells, total)
    centre = float((weights * (np.arange(len(weights)) + 0.5)).sum())
    off = np.abs(starts + length / 2 - centre) / len(weights)
    best = int(np.argmax(2 * _held(starts, length, heart) + inside - 0.25 * off))
    start = starts[best : best + 1]
    return Window(float(start[0]), float(inside[best] / total[-1]), float(_held(start, length, cores[0])[0]))


def _held(starts: NDArray[np.float64], length: float, part: tuple[float, float]) -> NDArray[np.float64]:
    """Return the share of a part that each window keeps."""
    kept = np.minimum(starts + length, part[1]) - np.maximum(starts, part[0])
    share: NDArray[np.float64] = np.clip(kept, 0, None) / (part[1] - part[0])
    return share


def _small(image: Image.Image) -> Image.Image:
    scale = WORKING_SIDE / max(image.size)
    size = (max(8, round(image.width * scale)), max(8, round(image.height * scale)))
    return image.convert("RGB").resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC)


def _residual(color: Map) -> Map:
    """Return the spectral residual, summed over the three channels at 64 cells a side."""
    result = np.zeros(color.shape[:2], np.float32)
    for band in range(3):
        plane = np.asarray(Image.fromarray(color[:, :, band]).resize((64, 64), Image.Resampling.BOX))
        spectrum = np.fft.fft2(plane)
        log = np.log(np.abs(spectrum) + 1e-6)
        mean = sum(np.roll(log, (dy, dx), (0, 1)) for dy in (-1, 0, 1) for dx in (-1, 0, 1)) / 9
        found = np.abs(np.fft.ifft2(np.exp(log - mean + 1j * np.angle(spectrum)))) ** 2
        large = Image.fromarray(found.astype(np.float32)).resize(color.shape[1::-1], Image.Resampling.BICUBIC)
        result += _normal(_blur(np.asarray(large), 2.0))
    return result


def _rarity(small: Image.Image) -> Map:
    """Return how far each pixel's colour is from the picture's mean colour, in Lab."""
    linear = (np.asarray(small).astype(np.float32) / 255) ** 2.2
    xyz = linear @ np.array(
        [[0.4339, 0.2126, 0.0178], [0.3762, 0.7152, 0.1095], [0.1899, 0.0722, 0.8727]], np.float32
    )
    root = np.cbrt(np.clip(xyz, 0, None))
    lab = np.stack(
        [116 * root[:, :, 1], 500 * (root[:, :, 0] - root[:, :, 1]), 200 * (root[:, :, 1] - root[:, :, 2])], 2
    )
    distance: Map = np.sqrt(((lab - lab.mean(axis=(0, 1))) ** 2).sum(axis=2)).astype(np.float32)
    return distance


def _detail(light: Map) -> Map:
    """Return the strength of edges, spread a little."""
    across, down = np.gradient(light)
    return _blur(np.hypot(across, down).astype(np.float32), 2.0)


def _skin(color: Map) -> Map:
    """Return how much a pixel's colour is like skin, of any lightness, in patches rather than specks."""
    light, blue, red = color[:, :, 0], color[:, :, 1], color[:, :, 2]
    near = np.exp(-(((blue - 108) / 11) ** 2) - ((red - 150) / 9) ** 2) * (light > 40)
    patches = _blur(near.astype(np.float32), 3.0).copy()
    patches[patches < 0.25] = 0
    # Where nearly all is skin-coloured (fur, wood, sand), the colour singles nothing out.
    fading: Map = _normal(patches) * np.float32(max(0.0, 1 - 2 * float(patches.mean())))
    return fading


def _blur(values: Map, radius: float) -> Map:
    picture = Image.fromarray(np.ascontiguousarray(_normal(values) * 255).astype(np.uint8))
    blurred: Map = np.asarray(picture.filter(ImageFilter.GaussianBlur(radius))).astype(
        np.float32
    ) / np.float32(255)
    return blurred


def _normal(values: Map) -> Map:
    top = float(np.percentile(values, 99.5))
    scaled: Map = np.clip(values / top, 0, 1).astype(np.float32) if top > 1e-6 else np.zeros_like(values)
    return scaled


def _centre(rows: int, columns: int) -> Map:
    """Return the centre prior: 1 in the middle, 0.35 in the corners; a little above the middle."""
    down = (np.arange(rows)[:, None] + 0.5) / rows - 0.45
    across = (np.arange(columns)[None, :] + 0.5) / columns - 0.5
    prior: Map = (0.35 + 0.65 * np.exp(-3.0 * (down**2 + across**2))).astype(np.float32)
    return prior
