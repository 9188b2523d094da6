"""Looks for a logo in a picture at several sizes, and measures the free space around it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

COARSE = 256
"""The longer side, in pixels, of the picture that is searched whole."""
FINE = 72
"""How long the logo is where it is compared closely."""
LEAST_PART, MOST_PART = 0.06, 0.7
"""The logo's length as a share of the picture's longer side: smaller ones have too few pixels to be told."""
SIZES = 14
CANDIDATES = 8
AROUND = 0.2
"""So much of the logo's size is looked at around a place that is compared closely."""
FINE_SIZES = (0.9, 0.95, 1.0, 1.05, 1.1)
LEAST_SPREAD = 4.0
"""Standard deviation of levels below which a window is plain, and like nothing."""
FREE_STEP = 24.0
"""Levels, of 255, by which a pixel must differ from its ground to stand in the logo's way."""
STRAY_SHARE = 0.01
FREE_STEPS = 20
"""Free space is measured in steps of 1/10 of the logo's height, up to twice its height."""

Grey = NDArray[np.float32]
Spectrum = NDArray[np.complexfloating[Any, Any]]


class Match(NamedTuple):
    """Where the logo is most likely: correlation 0 to 1, box in shares of the sides."""

    likeness: float
    left: float
    top: float
    width: float
    height: float


def find_logo(image: Image.Image, logo: Image.Image, grounds: Sequence[str]) -> Match:
    """Return the place that is most like the logo, by normalised cross-correlation.

    Light and dark are searched whole, in every size; the best places are then compared in colour, on the ground that
    they have. image: mode RGB. logo: mode RGBA, cut to its ink. grounds: `#rrggbb` on which it may stand.
    Source of the measure: Lewis 1995, "Fast Normalized Cross-Correlation".
    """
    small = image.convert("L")
    small.thumbnail((COARSE, COARSE), Image.Resampling.BOX)
    field = _Field(np.asarray(small, np.float32))
    templates = _distinct([_on(logo, ground) for ground in grounds])
    found = [match for template in templates for match in _coarse(field, template)]
    best = _apart(sorted(found, key=lambda each: -each.likeness))[:CANDIDATES]
    return max((_closely(image, match, logo) for match in best), default=Match(0, 0, 0, 0, 0))


def _apart(matches: list[Match]) -> list[Match]:
    """Return the matches, the likeliest first, without those that mean the same place as a likelier one."""
    kept: list[Match] = []
    for match in matches:
        if not any(_is_same_place(match, other) for other in kept):
            kept.append(match)
    return kept


def _is_same_place(one: Match, other: Match) -> bool:
    across = abs(one.left + one.width / 2 - other.left - other.width / 2)
    down = abs(one.top + one.height / 2 - other.top - other.height / 2)
    near = across < min(one.width, other.width) / 2 and down < min(one.height, other.height) / 2
    return near and max(one.width, other.width) < 1.5 * min(one.width, other.width)


def trimmed(logo: Image.Image) -> Image.Image:
    """Return a logo cut to what can be seen of it."""
    box = logo.getchannel("A").getbbox()
    return logo.crop(box) if box else logo


def free_space(image: Image.Image, match: Match) -> float:
    """Return how much plain ground is around the logo, as a share of its height, at most 2. Edges end it."""
    image = image.convert("L")
    box_height = max(match.height * image.height, 1.0)
    free = 0.0
    for step in range(1, FREE_STEPS + 1):
        reach = step * box_height / 10
        ring = _ring(image, match, reach - box_height / 10, reach)
        if ring is None or (np.abs(ring - np.median(ring)) > FREE_STEP).mean() > STRAY_SHARE:
            return free
        free = step / 10
    return free


def _ring(image: Image.Image, match: Match, near: float, far: float) -> Grey | None:
    """Return the levels between two distances from the logo; None where the picture ends before."""
    margin = max(1.0, match.height * image.height * 0.05)  # the match is this exact
    left, top = match.left * image.width, match.top * image.height
    right, bottom = left + match.width * image.width, top + match.height * image.height
    outer = [round(left - far), round(top - far), round(right + far), round(bottom + far)]
    if outer[0] < -margin or outer[1] < -margin:
        return None
    if outer[2] > image.width + margin or outer[3] > image.height + margin:
        return None
    inner_reach = near + margin
    pixels = np.asarray(image, np.float32)
    rows, columns = np.mgrid[max(0, outer[1]) : outer[3], max(0, outer[0]) : outer[2]]
    rows, columns = np.minimum(rows, image.height - 1), np.minimum(columns, image.width - 1)
    is_out = (columns < left - inner_reach) | (columns > right + inner_reach)
    is_out |= (rows < top - inner_reach) | (rows > bottom + inner_reach)
    ring = pixels[rows, columns][is_out]
    return ring if ring.size else None


class _Field:
    """A picture with what every size of the template needs of it: its spectrum, and its sums."""

    def __init__(self, levels: Grey) -> None:
        self.levels = levels
        self.shape = tuple(_smooth(side) for side in levels.shape)
        centred = levels - levels.mean()
        self._spectrum: Spectrum = np.fft.rfft2(centred, self.shape)
        self._sums = _integral(centred)
        self._squares = _integral(centred.astype(np.float64) ** 2)

    def products(self, template: Grey) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
        """Return, with the template's top left corner at each place: the sum of products with it, and the sum of
        squares of the window; then the template's own. Means are taken off.
        """
        rows, columns = template.shape
        centred = template - template.mean()
        together = np.fft.irfft2(self._spectrum * np.conj(np.fft.rfft2(centred, self.shape)), self.shape)
        height, width = self.levels.shape[0] - rows + 1, self.levels.shape[1] - columns + 1
        sums, squares = (_windows(each, rows, columns) for each in (self._sums, self._squares))
        spread = np.maximum(squares - sums**2 / (rows * columns), 0)
        return together[:height, :width], spread, float(np.square(centred, dtype=np.float64).sum())

    def likeness(self, template: Grey) -> Grey:
        """Return the correlation, 0 to 1, with the template's top left corner at each place."""
        together, spread, norm = self.products(template)
        is_plain = spread < LEAST_SPREAD**2 * template.size
        found = together / np.sqrt(np.maximum(spread * norm, 1e-6))
        return np.where(is_plain, 0.0, np.clip(found, 0, 1)).astype(np.float32)


def _coarse(field: _Field, template: Image.Image) -> list[Match]:
    rows, columns = field.levels.shape
    found = []
    for length in np.geomspace(LEAST_PART, MOST_PART, SIZES) * max(rows, columns):
        scale = length / max(template.size)
        size = (max(4, round(template.width * scale)), max(4, round(template.height * scale)))
        if size[0] >= columns or size[1] >= rows:
            continue
        small = np.asarray(template.resize(size, Image.Resampling.BOX, reducing_gap=2.0), np.float32)
        likeness = field.likeness(small)
        place = int(likeness.argmax())
        top, left = divmod(place, likeness.shape[1])
        best = float(likeness.flat[place])
        found.append(Match(best, left / columns, top / rows, size[0] / columns, size[1] / rows))
    return found


def _closely(image: Image.Image, match: Match, logo: Image.Image) -> Match:
    """Return the best place near a match, compared in colour and with more pixels."""
    width, height = match.width * image.width, match.height * image.height
    scale = FINE / max(width, height)
    left = max(0, int(match.left * image.width - width * AROUND))
    top = max(0, int(match.top * image.height - height * AROUND))
    right = min(image.width, int(match.left * image.width + width * (1 + AROUND)) + 1)
    bottom = min(image.height, int(match.top * image.height + height * (1 + AROUND)) + 1)
    size = (max(8, round((right - left) * scale)), max(8, round((bottom - top) * scale)))
    part = np.asarray(image.resize(size, Image.Resampling.BOX, (left, top, right, bottom)), np.float32)
    fields = [_Field(part[..., band]) for band in range(3)]
    ground = tuple(int(level) for level in np.median(_border(part), axis=0))
    best = Match(0.0, *match[1:])
    for factor in FINE_SIZES:
        length = (max(4, round(width * scale * factor)), max(4, round(height * scale * factor)))
        if length[0] > size[0] or length[1] > size[1]:
            continue
        template = Image.new("RGBA", length, ground)
        template.alpha_composite(logo.resize(length, Image.Resampling.BOX, reducing_gap=2.0))
        likeness = _in_colour(fields, np.asarray(template.convert("RGB"), np.float32))
        place = int(likeness.argmax())
        if likeness.flat[place] <= best.likeness:
            continue
        row, column = divmod(place, likeness.shape[1])
        best = Match(
            float(likeness.flat[place]),
            (left + column / scale) / image.width,
            (top + row / scale) / image.height,
            length[0] / scale / image.width,
            length[1] / scale / image.height,
        )
    return best


def _border(part: Grey) -> Grey:
    """Return the outermost pixels, shape (n, 3): what the logo would stand on."""
    return np.concatenate([part[:2].reshape(-1, 3), part[-2:].reshape(-1, 3), *part[:, [0, -1]]])


def _in_colour(fields: "list[_Field]", template: Grey) -> Grey:
    """Return the correlation of all three channels together, 0 to 1."""
    products = [field.products(template[..., band]) for band, field in enumerate(fields)]
    together = np.sum([each[0] for each in products], axis=0)
    spread = np.sum([each[1] for each in products], axis=0)
    norm = sum(each[2] for each in products)
    is_plain = spread < 3 * LEAST_SPREAD**2 * template.shape[0] * template.shape[1]
    found = together / np.sqrt(np.maximum(spread * norm, 1e-6))
    return np.where(is_plain, 0.0, np.clip(found, 0, 1)).astype(np.float32)


def _on(logo: Image.Image, ground: str) -> Image.Image:
    backed = Image.new("RGBA", logo.size, ground)
    backed.alpha_composite(logo)
    return backed.convert("L")


def _distinct(templates: list[Image.Image]) -> list[Image.Image]:
    """Return the templates without those that another one is like: they would find the same places."""
    kept: list[tuple[Image.Image, Grey]] = []
    for template in templates:
        small = np.asarray(template.resize((32, 32), Image.Resampling.BOX), np.float32).ravel()
        small = small - small.mean()
        norm = float(np.linalg.norm(small))
        if norm < LEAST_SPREAD * 32:
            continue  # as good as invisible on this ground
        small /= norm
        if all(float(small @ other) < 0.9 for _, other in kept):
            kept.append((template, small))
    return [template for template, _ in kept]


def _integral(values: NDArray[Any]) -> NDArray[np.float64]:
    padded = np.zeros((values.shape[0] + 1, values.shape[1] + 1))
    padded[1:, 1:] = values.astype(np.float64).cumsum(axis=0).cumsum(axis=1)
    return padded


def _windows(integral: NDArray[np.float64], rows: int, columns: int) -> NDArray[np.float64]:
    """Return the sum of each window of a size."""
    below, above = integral[rows:], integral[:-rows]
    return np.asarray(below[:, columns:] - below[:, :-columns] - above[:, columns:] + above[:, :-columns])


def _smooth(side: int) -> int:
    """Return the next length whose transform is quick: only factors 2, 3 and 5."""
    while True:
        rest = side
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return side
        side += 1
