"""QR codes that scan: whole pixels per module, a quiet zone, and a warning where the contrast is too low."""

import segno
from PIL import Image
from segno.encoder import DataOverflowError

from limner.actions.canvas import sheet
from limner.actions.job import Job, Made
from limner.actions.stills import RGBA, parse_color, save_image
from limner.errors import InvalidInput
from limner.types import Kind

LOWEST_CONTRAST = 3.0
CAPACITIES = {
    "digits": {"L": 7089, "M": 5596, "Q": 3993, "H": 3057},
    "capitals": {"L": 4296, "M": 3391, "Q": 2420, "H": 1852},
    "bytes": {"L": 2953, "M": 2331, "Q": 1663, "H": 1273},
}
"""What version 40 holds, by mode and error correction. Source: ISO/IEC 18004, table 7."""
CAPITALS = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
QUIET_MODULES = 4


def qr_code_generator(job: Job) -> tuple[Made, ...]:
    """Draw a text as a square QR code of exactly the size asked for."""
    params = job.params
    code = encode(job.text(), params["error_correction"])
    dark, light = (
        parse_color(params["fg_color"], "params.fg_color"),
        parse_color(params["bg_color"], "params.bg_color"),
    )
    warn_of_colors(job, dark, light)
    border, side = int(params["border"]), int(params["size"])
    if border < QUIET_MODULES:
        job.warn(f"params.border: scanners expect {QUIET_MODULES} modules of quiet zone, this has {border}.")
    rows = [[bool(module) for module in row] for row in code.matrix]
    modules = len(rows) + 2 * border
    scale = side // modules
    if scale < 1:
        raise InvalidInput.of(
            "params.size",
            f"{side} px is too small: this code has {modules} modules a side, border included",
            next_step=f"Use a size of {modules} px or more (at least {modules * 3} px scans well), or less text.",
        )
    image = draw(rows, side, scale, dark, light)
    return (Made(Kind.IMAGE, save_image(image, job, "qr", graphic=True)),)


def encode(text: str, level: str) -> segno.QRCode:
    """Return the code of a text at exactly the level of error correction.

    Raises: InvalidInput, when there is no text or more than a QR code holds.
    """
    if not text:
        raise InvalidInput.of("inputs.text", "is empty", next_step="Send the text or the address to encode.")
    encoding = None if text.isascii() else "utf-8"
    try:
        return segno.make_qr(text, error=level, boost_error=False, encoding=encoding)
    except DataOverflowError as error:
        unit = (
            "digits"
            if text.isascii() and text.isdigit()
            else "capitals"
            if CAPITALS.issuperset(text)
            else "bytes"
        )
        raise InvalidInput.of(
            "inputs.text",
            f"has {len(text.encode())} {unit}; a code with error correction {level} holds {CAPACITIES[unit][level]}",
            next_step=f"Shorten it, use a short link, or set error_correction to L ({CAPACITIES[unit]['L']} {unit}).",
        ) from error


def draw(rows: list[list[bool]], side: int, scale: int, dark: RGBA, light: RGBA) -> Image.Image:
    """Return the code in the middle of a square of `side` pixels, each module `scale` pixels."""
    count = len(rows)
    small = Image.new("L", (count, count))
    small.putdata([255 if module else 0 for row in rows for module in row])
    mask = small.resize((count * scale, count * scale), Image.Resampling.NEAREST)
    canvas = sheet((side, side), light)
    if canvas.mode == "RGB" and dark[3] < 255:
        canvas = canvas.convert("RGBA")
    place = (side - mask.width) // 2
    canvas.paste(dark[: len(canvas.mode)], (place, place), mask)
    return canvas


def warn_of_colors(job: Job, dark: RGBA, light: RGBA) -> None:
    """Tell the user where these colours keep scanners from reading the code."""
    ratio = contrast(dark, light)
    if dark[3] < 255 or light[3] < 255:
        job.warn("params.bg_color: a see-through code scans only on a background of enough contrast.")
    elif ratio < LOWEST_CONTRAST:
        job.warn(
            f"params.fg_color: its contrast with bg_color is {ratio:.1f}:1; below 3:1 many scanners fail."
        )
    elif luminance(dark) > luminance(light):
        job.warn("params.fg_color: it is lighter than bg_color; some scanners do not read inverted codes.")


def contrast(first: RGBA, second: RGBA) -> float:
    """Return the contrast ratio of two opaque colours, 1 to 21. Source: WCAG 2.2, contrast ratio."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(color: RGBA) -> float:
    """Return the relative luminance, 0 to 1. Source: WCAG 2.2, relative luminance."""
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in color[:3])
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
