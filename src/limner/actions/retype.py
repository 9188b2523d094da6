"""Replaces words in a picture: fills their box with its ground, sets new type like the old: `replace-text`."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from limner.actions.blur_kernels import smooth
from limner.actions.canvas import is_lossless, lay_ink
from limner.actions.colour_spaces import Floats
from limner.actions.cutout_regions import Flags
from limner.actions.fonts import left_out, without_missing
from limner.actions.job import Job, Made
from limner.actions.stills import open_image, save_image
from limner.actions.text_lines import Place
from limner.actions.text_places import Places
from limner.actions.typeset import fit, ink
from limner.types import Kind

MARGIN = 0.18
"""What is looked at around a box, in parts of its height: letters reach a little out of found boxes."""
LEAST_STEP = 24.0
"""How far ink is from its ground, in levels of the three channels together."""
EM_OF_LINE = 1.06
"""Size of type in parts of the height of a line's ink, which has ascenders and mostly descenders."""
EM_OF_CAPITALS = 1.35
"""The same where nothing reaches below the baseline."""
ACCENT = 0.4
"""Rows of ink less tall than this part of the tallest are no line: the accents of capitals."""
WEIGHTS = (("sans-bold", 0.116), ("sans-semibold", 0.102), ("sans-medium", 0.088), ("sans", 0.0))
"""Width of a stroke, in parts of the size of type, from which on type is so heavy; measured on Inter."""
SOFT_EDGE_PX = 0.6
"""How much wider strokes measure than they are."""
MOST_WIDENED, PLAIN = 0.4, 14.0
"""How much wider than the old words new ones may be, in parts of the old width, where the ground beside them is plain:
no pixel further than so many levels from it."""
CENTRED = 0.04
"""How far off the middle of the picture the middle of a box may be to count as centred, in parts of the width."""
WIDE = 0.6
"""Words that fill this part of the picture's width keep to it: centred or not, they look the same."""


@dataclass(frozen=True, slots=True)
class Old:
    """What was written in a box: where its ink is, in pixels of the picture, and how it was set."""

    place: tuple[int, int, int, int]
    color: tuple[int, int, int]
    size_px: float
    style: str


def replace_text(job: Job) -> tuple[Made, ...]:
    """Fill the given boxes with what is around their letters and set the given words there."""
    image = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    given = [each.text or "" for each in job.inputs.get(Kind.TEXT, ())]
    places = Places(image)
    for number, text in enumerate(given):
        wanted, words = places.of(text, number)
        for place in wanted:
            image = retyped(image, place, words, job, f"inputs.text[{number}]")
        job.progress((number + 1) / len(given))
    return (Made(Kind.IMAGE, save_image(image, job, "translated", graphic=is_lossless(job) or not given)),)


def retyped(image: Image.Image, place: Place, words: str, job: Job, field: str) -> Image.Image:
    """Return the picture with other words in a place; no words only take the old ones away."""
    left, top, right, bottom = (
        round(part * side / 100)
        for part, side in zip(place.box, (image.width, image.height) * 2, strict=True)
    )
    margin = max(2, round(MARGIN * min((bottom - top) / place.line_count, right - left)))
    window = (
        max(0, left - margin),
        max(0, top - margin),
        min(image.width, right + margin),
        min(image.height, bottom + margin),
    )
    colours = np.asarray(image.convert("RGB").crop(window), np.float32)
    mask = ink_of(colours, margin)
    old = _old(colours, mask, window, image.size)
    if old is None:
        job.warn(
            f"{field}: nothing that looks like ink was found in its box; the words were set on what is there."
        )
        old = Old((left, top, right, bottom), _readable(colours), 0.8 * (bottom - top), "sans-semibold")
    else:
        patch = Image.fromarray(filled(colours, mask).astype(np.uint8))
        clean = image.copy()
        clean.paste(patch, window[:2])
        if image.mode == "RGBA":
            clean.putalpha(image.getchannel("A"))
        image = clean
    return _set(image, old, words, job, field)


def ink_of(colours: Floats, margin: int) -> Floats:
    """Return how much each pixel is ink, 0 to 1: unlike the ground, which the window's edge shows.

    colours: shape (height, width, 3), 0 to 255. margin: pixels at the edge that are mostly ground.
    """
    weight = np.zeros(colours.shape[:2], np.float32)
    edge = max(1, margin // 2)
    weight[:edge], weight[-edge:], weight[:, :edge], weight[:, -edge:] = 1, 1, 1, 1
    middle = np.median(colours[weight > 0], axis=0)
    weight *= np.linalg.norm(colours - middle, axis=-1) < 3 * LEAST_STEP
    ground = _spread(colours, weight + 1e-4)
    away = np.linalg.norm(colours - ground, axis=-1)
    split = max(LEAST_STEP, 0.5 * _otsu(away) + 0.5 * LEAST_STEP)
    if not (away > split).any():
        return np.zeros_like(away)
    # Type has one colour; what else is unlike the ground, on a busy one, is nearer to the ground than to it.
    from_ink = np.linalg.norm(colours - _commonest(colours[away > split]), axis=-1)
    nearness = away / np.maximum(away + from_ink, 1e-3)
    return np.asarray(np.clip((nearness - 0.2) / 0.4, 0, 1) * (away > 0.5 * split), np.float32)


def _commonest(colours: Floats) -> Floats:
    """Return the colour that most of the colours, shape (n, 3), are near to."""
    bins = (colours / 26).astype(np.intp)
    counts = np.bincount((bins @ (100, 10, 1)), minlength=1000).reshape(10, 10, 10)
    around = np.pad(counts, 1)
    near = sum(
        around[a : a + 10, b : b + 10, c : c + 10] for a in range(3) for b in range(3) for c in range(3)
    )
    best = np.array(np.unravel_index(int(np.argmax(near)), counts.shape))
    return np.asarray(np.median(colours[np.abs(bins - best).max(axis=-1) <= 1], axis=0), np.float32)


def _otsu(values: Floats) -> float:
    """Return the threshold that splits values best in two. Source: Otsu 1979, doi:10.1109/TSMC.1979.4310076"""
    counts, edges = np.histogram(values, 64)
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    total = np.cumsum(counts * middles)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = (total[-1] * below / below[-1] - total) ** 2 / (below * (below[-1] - below))
    return float(middles[int(np.nanargmax(np.where(np.isfinite(between), between, -1)))])


def filled(colours: Floats, mask: Floats) -> Floats:
    """Return the window with its ink, grown a little, replaced by the ground around it; grain is continued."""
    reach = 2 * max(1, round(min(mask.shape) / 24)) + 1
    grown = Image.fromarray(((mask > 0.3) * 255).astype(np.uint8)).filter(ImageFilter.MaxFilter(reach))
    cover = np.asarray(grown.filter(ImageFilter.GaussianBlur(1.0)), np.float32)[..., None] / 255
    known = (np.asarray(grown) < 8).astype(np.float32)
    ground = _spread(colours, known + 1e-5)
    rough = colours - ground
    grain = float(np.median(np.abs(rough[known > 0]))) * 1.4 if known.any() else 0.0
    noise = np.random.default_rng(mask.size).standard_normal(mask.shape).astype(np.float32)[..., None]
    return np.clip(colours + cover * (ground + min(grain, 8.0) * noise - colours) + 0.5, 0, 255)


def _spread(colours: Floats, weight: Floats) -> Floats:
    """Return the known colours carried on to where the weight is nearly 0, from near before from far."""
    result, trust = np.zeros_like(colours), np.zeros((*weight.shape, 1), np.float32)
    sigma = 1.0
    while sigma < 2 * max(weight.shape):
        factor = max(1, int(sigma / 3))
        total, share = (
            _coarsely(each, factor, sigma) for each in (colours * weight[..., None], weight[..., None])
        )
        confident = (1 - trust) * np.clip(share / 0.08, 0, 1)
        result += confident * total / np.maximum(share, 1e-8)
        trust += confident
        sigma *= 2
    last = (colours * weight[..., None]).sum(axis=(0, 1)) / weight.sum()
    return np.asarray(result + (1 - trust) * last, np.float32)


def _coarsely(field: Floats, factor: int, sigma: float) -> Floats:
    """Return a blur, made at reduced size where it is wide."""
    if factor == 1:
        return smooth(field, sigma)
    height, width = field.shape[:2]
    small = (max(1, width // factor), max(1, height // factor))
    layers = []
    for layer in np.moveaxis(field, -1, 0):
        reduced = Image.fromarray(np.ascontiguousarray(layer)).resize(small, Image.Resampling.BOX)
        calm = Image.fromarray(smooth(np.asarray(reduced), sigma / factor))
        layers.append(np.asarray(calm.resize((width, height), Image.Resampling.BILINEAR)))
    return np.stack(layers, axis=-1)


def _old(
    colours: Floats, mask: Floats, window: tuple[int, int, int, int], size: tuple[int, int]
) -> Old | None:
    """Return what is written in a window; None when there is no ink."""
    solid = mask > 0.5
    if not 8 < solid.sum() < 0.85 * solid.size:
        return None
    rows, columns = np.nonzero(solid.any(axis=1))[0], np.nonzero(solid.any(axis=0))[0]
    place = (
        window[0] + int(columns[0]),
        window[1] + int(rows[0]),
        window[0] + int(columns[-1]) + 1,
        window[1] + int(rows[-1]) + 1,
    )
    core = mask >= np.quantile(mask[solid], 0.6)
    color = tuple(int(level + 0.5) for level in np.median(colours[core], axis=0))
    size_px = _size_of_type(solid[rows[0] : rows[-1] + 1])
    inner = solid[1:-1, 1:-1] & solid[:-2, 1:-1] & solid[2:, 1:-1] & solid[1:-1, :-2] & solid[1:-1, 2:]
    stroke = (2.0 * solid.sum() / max(1, solid.sum() - inner.sum()) - SOFT_EDGE_PX) / size_px
    style = next(style for style, least in WEIGHTS if stroke >= least or least == 0)
    return Old(place, (color[0], color[1], color[2]), size_px, style)


def _size_of_type(solid: Flags) -> float:
    """Return the size of type in pixels per em, from the rows of ink: lines have gaps between them."""
    has_ink = solid.mean(axis=1) > 0.004
    turns = np.flatnonzero(np.diff(np.pad(has_ink.astype(np.int8), 1)))
    runs = turns[1::2] - turns[::2]
    letters = runs[runs >= ACCENT * runs.max(initial=1)]
    lines = max(1, min(len(letters), len(solid) // 6))
    height = letters.sum() / lines
    profile = solid.sum(axis=1)
    foot = profile[-max(1, len(profile) // 6) :].mean() / max(1.0, float(profile.mean()))
    return float(height * (EM_OF_CAPITALS if lines == 1 and foot > 0.75 else EM_OF_LINE))


def _readable(colours: Floats) -> tuple[int, int, int]:
    is_light = float(colours.mean()) > 127
    return (20, 20, 20) if is_light else (255, 255, 255)


def _set(image: Image.Image, old: Old, words: str, job: Job, field: str) -> Image.Image:
    """Set words where the old ones were: their size or smaller, their colour, weight and alignment."""
    words, missing = without_missing(words, old.style)
    if missing:
        job.warn(f"{field}: {left_out(missing)}")
    if not words.strip():
        return image
    left, top, right, bottom = old.place
    align, spare = _beside(image, old)
    width = (right - left) * 1.02 + spare
    block = fit(words, old.style, old.size_px, (width, max(bottom - top, old.size_px * 1.05)))
    if block.is_cut:
        job.warn(f"{field}: too long for its box even in the smallest type; its end is cut off.")
    mask = ink(block, align)
    x = left if align == "left" else round((left + right - mask.width) / 2)
    y = round((top + bottom - mask.height) / 2)
    lay_ink(image, mask, (x, max(0, y)), (*old.color, 255))
    return image


def _beside(image: Image.Image, old: Old) -> tuple[str, float]:
    """Return how words are aligned, left or center, and by how many pixels they may be wider than the old ones.

    Centred are words in the middle of the picture, and those with as much plain ground before them as behind, as on a
    button.
    """
    left, top, right, bottom = old.place
    width = right - left
    rows = image.convert("RGB").crop((0, top, image.width, bottom))
    after = _plain_columns(rows.crop((right, 0, min(image.width, right + width), rows.height)))
    strip = rows.crop((max(0, left - width), 0, left, rows.height))
    before = _plain_columns(strip.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    is_button = (
        max(before, after) < 0.95 * width and abs(before - after) < 0.12 * width and before > old.size_px / 4
    )
    is_middle = abs((left + right) / 2 / image.width - 0.5) < CENTRED
    gap, most = old.size_px / 2, MOST_WIDENED * width
    if is_middle and width > WIDE * image.width:
        return "center", 0.0  # it may as well begin where the lines around it begin
    if is_button or is_middle:
        return "center", max(0.0, min(2 * (min(before, after) - gap), most))
    return "left", max(0.0, min(after - gap, most))


def _plain_columns(strip: Image.Image) -> int:
    """Return how many columns from the left are like the first one."""
    if strip.width < 2 or strip.height < 1:
        return 0
    pixels = np.asarray(strip, np.float32)
    ground = np.median(pixels[:, : min(4, strip.width)], axis=(0, 1))
    is_plain = np.quantile(np.abs(pixels - ground).max(axis=-1), 0.97, axis=0) < PLAIN
    return int(strip.width if is_plain.all() else is_plain.argmin())
