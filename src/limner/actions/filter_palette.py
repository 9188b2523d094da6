"""Changes to few colours, whose results are indices of a palette: a file of them is small and quickly written."""

from itertools import product

from PIL import Image, ImageChops

from limner.actions.filter_levels import Change, opaque, with_alpha_of

MOST_COLORS = 256
BLACK_AND_WHITE = bytes((0, 0, 0, 255, 255, 255))


def in_colors(levels: Change, palette: bytes) -> Change:
    """Return a change to the colours that a palette has for the levels, of mode L, which another change gives.

    palette: red, green and blue of each level in turn.
    """

    def change(image: Image.Image) -> Image.Image:
        indices = levels(opaque(image))
        indices.putpalette(palette)  # makes them mode P
        return with_alpha_of(image, indices)

    return change


def in_steps(steps: int) -> Change:
    """Return a change to that many even steps of red, green and blue, at most `MOST_COLORS` colours in all. Exact."""
    places = [level * steps // 256 for level in range(256)]
    tables = [[place * weight for place in places] for weight in (steps * steps, steps, 1)]

    def indices(image: Image.Image) -> Image.Image:
        red, green, blue = (band.point(table) for band, table in zip(image.split(), tables, strict=True))
        return ImageChops.add(ImageChops.add(red, green), blue)

    shades = [round(255 * step / (steps - 1)) for step in range(steps)]
    return in_colors(indices, bytes(level for color in product(shades, repeat=3) for level in color))
