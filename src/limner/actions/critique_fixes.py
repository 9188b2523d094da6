"""Mends what a critique found, as far as numbers can: crop, white balance, levels, colourfulness, sharpness."""

from math import log

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from limner.actions.critique_measures import Measures, center_of
from limner.actions.saliency import best_window, saliency

MOST_CROP = 0.12
"""Parts of a side that a crop may take."""
OFF_CENTER = 0.07
"""How far what draws the eye may lie from its best place before a crop is worth it."""
PLAIN_GROUND, FLAT = 0.4, 5.0
"""A ground of this share is meant, as in a logo; a range of L* this small has no tones: both keep their colours."""
BEST_MIDDLE = (42.0, 60.0)
BEST_CHROMA = (14.0, 42.0)
WORTH = 0.02
"""How much nearer a crop must bring it, in parts of a side."""
SOFT = 22.0
"""A picture whose sharpest parts are below this looks soft."""


def fixed(image: Image.Image, found: Measures, strength: float) -> tuple[Image.Image, list[str]]:
    """Return the picture mended, and what was done to it and by how much. strength: 0 (nothing) to 1.

    image: RGB.
    """
    said: list[str] = []
    if strength == 0:
        return image, said
    image = _cropped(image, found, strength, said)
    if found.plain >= PLAIN_GROUND or found.light - found.dark < FLAT:
        return image, said
    image = _balanced(image, found, strength, said)
    image = _leveled(image, found, strength, said)
    image = _colored(image, found, strength, said)
    return _sharpened(image, found, strength, said), said


def _cropped(image: Image.Image, found: Measures, strength: float, said: list[str]) -> Image.Image:
    """Cut one side of each pair so that what draws the eye comes nearer to the middle or a third."""
    keep = 1 - MOST_CROP * strength
    size = (round(image.width * keep), round(image.height * keep))
    off = max(nearest_line(place)[1] for place in found.center)
    if off < OFF_CENTER or min(size) < 16:
        return image
    eye = saliency(image)
    start = [0, 0]
    for axis in (0, 1):
        cells = eye.shape[1 - axis]
        window = best_window(eye, axis, keep * cells)
        line = nearest_line(found.center[axis])[0]
        wanted = (found.center[axis] - line * keep) * image.size[axis]
        limit = image.size[axis] - size[axis]
        kept = window.start / cells * image.size[axis]
        start[axis] = round(min(limit, max(0.0, 0.7 * wanted + 0.3 * kept)))
    cropped = image.crop((start[0], start[1], start[0] + size[0], start[1] + size[1]))
    if max(nearest_line(place)[1] for place in center_of(saliency(cropped))) > off - WORTH:
        return image
    right, bottom = image.width - size[0] - start[0], image.height - size[1] - start[1]
    said.append(
        f"Cropped {share(start[0], image.width)} off the left, {share(right, image.width)} off the right, "
        f"{share(start[1], image.height)} off the top and {share(bottom, image.height)} off the bottom, "
        "to bring what draws the eye nearer to a line of thirds or the middle."
    )
    return cropped


def _balanced(image: Image.Image, found: Measures, strength: float, said: list[str]) -> Image.Image:
    """Take most of a colour cast out of what is nearly grey."""
    a, b = found.cast
    if np.hypot(a, b) < 2.5:
        return image
    amount = 0.6 * strength
    # Near grey one unit of a* is about 0.8 % of red against green, one of b* about 1 % of blue.
    gains = (1 - 0.008 * a * amount, 1 + 0.004 * a * amount, 1 + 0.010 * b * amount)
    tables = [[min(255, round(value * gain)) for value in range(256)] for gain in gains]
    said.append(f"Took {amount:.0%} of a colour cast out (a* {a:+.1f}, b* {b:+.1f} in the greys).")
    return image.point([value for table in tables for value in table])


def _leveled(image: Image.Image, found: Measures, strength: float, said: list[str]) -> Image.Image:
    """Stretch the tones to black and white, and move the middle towards what reads easily."""
    histogram = np.array(image.convert("L").histogram(), np.float64).cumsum()
    low = int(np.searchsorted(histogram, 0.002 * histogram[-1]))
    high = int(np.searchsorted(histogram, 0.998 * histogram[-1]))
    low, high = round(min(low, 60) * strength), round(255 - (255 - max(high, 190)) * strength)
    middle = float(np.searchsorted(histogram, 0.5 * histogram[-1]))
    stretched = min(0.97, max(0.03, (middle - low) / max(1, high - low)))
    target = stretched
    if found.middle < BEST_MIDDLE[0]:
        target = stretched + (0.41 - stretched) * 0.5 * strength if stretched < 0.41 else stretched
    elif found.middle > BEST_MIDDLE[1]:
        target = stretched + (0.58 - stretched) * 0.35 * strength if stretched > 0.58 else stretched
    gamma = min(1.45, max(0.7, log(target) / log(stretched)))
    if low < 3 and high > 252 and abs(gamma - 1) < 0.02:
        return image
    table = [255 * min(1.0, max(0.0, (value - low) / max(1, high - low))) ** gamma for value in range(256)]
    said.append(
        f"Set the black point to {low} and the white point to {high} (of 255), gamma {1 / gamma:.2f}."
    )
    return image.point([round(value) for value in table] * 3)


def _colored(image: Image.Image, found: Measures, strength: float, said: list[str]) -> Image.Image:
    """Bring colourfulness into the range that looks neither dull nor loud; a grey picture stays grey."""
    if found.chroma < 3:
        return image
    best = min(BEST_CHROMA[1], max(BEST_CHROMA[0], found.chroma))
    factor = 1 + (min(1.35, max(0.8, best / found.chroma)) - 1) * 0.7 * strength
    if abs(factor - 1) < 0.02:
        return image
    said.append(f"Changed the saturation by {factor - 1:+.0%}.")
    return ImageEnhance.Color(image).enhance(factor)


def _sharpened(image: Image.Image, found: Measures, strength: float, said: list[str]) -> Image.Image:
    if found.sharpness >= SOFT or found.sharpness < 1:
        return image
    percent = round(min(110.0, 45 + 5 * (SOFT - found.sharpness)) * strength)
    radius = max(0.8, max(image.size) / 1000)
    said.append(f"Sharpened by {percent} % at a radius of {radius:.1f} pixels.")
    return image.filter(ImageFilter.UnsharpMask(radius, percent, 2))


def nearest_line(place: float) -> tuple[float, float]:
    """Return which of the thirds or the middle is nearest to a place along a side, and how far it is."""
    line = min((1 / 3, 0.5, 2 / 3), key=lambda each: abs(each - place))
    return line, abs(line - place)


def share(part: float, whole: float) -> str:
    """Return a part in percent of a whole."""
    return f"{part / whole:.0%}"
