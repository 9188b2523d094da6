"""Writes pictures as PNG: the same pixels in the fewest bytes that are quickly had."""

from pathlib import Path
from zlib import Z_RLE

from PIL import Image, ImageChops

MOST_COLORS = 256
"""Of a palette; up to 2, 4 and 16 colours PNG takes 1, 2 and 4 bits a pixel."""
FEW_GREYS = 16


def write_png(image: Image.Image, path: Path) -> None:
    """Write a picture; one of mode P as it is, others in the mode that holds their pixels in least: P, L, RGB, RGBA."""
    compact = _compact(image)
    # 12 megapixels take 0.1 s with a palette, a photograph 1.2 s and 9.4 MB. Without Z_RLE, which only looks for
    # repeated bytes, it takes 1.6 s and 10.6 MB: PNG's filters leave nothing else in it to be found.
    # Drawings, whose palettes are found here, are the exception: their rows repeat the rows above.
    is_drawing = compact.mode == "P" and image.mode != "P"
    how = {} if is_drawing else {"compress_type": Z_RLE}
    compact.save(path, format="PNG", compress_level=3, **how)


def _compact(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "P"):
        return image
    if image.mode == "L":
        return _with_few_greys(image)
    counted = image.getcolors(MOST_COLORS) or ()
    colors = sorted(color for _, color in counted if isinstance(color, tuple))
    return (_with_palette(image, colors) if colors else None) or _without_color(image)


def _with_few_greys(image: Image.Image) -> Image.Image:
    """Return a picture of mode L with a palette, where that takes fewer bits a pixel."""
    levels = [level for level, count in enumerate(image.histogram()) if count]
    if len(levels) > FEW_GREYS:
        return image
    places = {level: place for place, level in enumerate(levels)}
    indexed = image.point([places.get(level, 0) for level in range(256)])
    indexed.putpalette([level for level in places for _ in range(3)])
    return indexed


def _with_palette(image: Image.Image, colors: list[tuple[int, ...]]) -> Image.Image | None:
    """Return an RGB picture with a palette; None where Pillow, which finds colours by rounding, mistook one."""
    palette = Image.new("P", (1, 1))
    palette.putpalette([level for color in colors for level in color])
    indexed = image.quantize(palette=palette, dither=Image.Dither.NONE)
    is_same = ImageChops.difference(indexed.convert("RGB"), image).getbbox() is None
    return indexed if is_same else None


def _without_color(image: Image.Image) -> Image.Image:
    """Return an RGB picture in mode L where red, green and blue are equal everywhere."""
    red, green, blue = image.split()
    is_grey = all(ImageChops.difference(red, other).getbbox() is None for other in (green, blue))
    return _compact(red) if is_grey else image
