"""Reads a brand kit as techniques see it: JSON with palette, type, name and logo; all of it may be missing."""

import base64
import binascii
import io
import json
import re
from functools import lru_cache
from typing import Any

from PIL import Image

from limner.actions.draft.colours import contrast
from limner.actions.draft.palette import of_swatches
from limner.actions.draft.typefaces import pair_of
from limner.actions.draft.types import Brand, Palette, Swatch, TypePair
from limner.actions.drawing import MOST_DRAWING_BYTES
from limner.errors import InvalidInput
from limner.types import Json

FIELD = "params.brand"
LOGO_PX = 512
SEEN_CONTRAST = 1.5
MOST_NAME = 60
MOST_APART = 0.5
"""How far a layout's own ratio may be from a kit's, as a share of that, for the layout to be drawn in it."""
_RATIO = re.compile(r"[1-9]\d{0,2}:[1-9]\d{0,2}")
_HEX = re.compile(r"#[0-9a-f]{6}")
_DATA = re.compile(r"data:image/(png|jpeg|webp|svg\+xml);base64,([A-Za-z0-9+/=\s]+)")
_OUTSIDE = re.compile(
    r"href\s*=\s*[\"'](?!#|data:image/(?:png|jpeg|webp);)|<!DOCTYPE|<!ENTITY|<script", re.IGNORECASE
)


def read_kit(text: str) -> Json:
    """Return a kit's data; empty for no kit. Raises: InvalidInput, when it is not a JSON object."""
    if not text.strip():
        return {}
    try:
        kit = json.loads(text)
    except ValueError as error:
        raise InvalidInput.of(
            FIELD, "is not JSON", next_step="Send a brand kit as JSON text, or nothing."
        ) from error
    if not isinstance(kit, dict):
        raise InvalidInput.of(
            FIELD, "is not a JSON object", next_step="Send a brand kit as JSON text, or nothing."
        )
    return kit


def kit_palette(kit: Json) -> Palette | None:
    """Return a kit's colours by their roles; None where it has none. Raises: InvalidInput, on what is no colour."""
    roles = {hex_of(value): str(role) for role, value in _mapping(kit.get("colors")).items()}
    swatches = []
    for each in [*_listed(kit.get("palette")), *_listed(kit.get("hex_codes")), *roles]:
        entry = each if isinstance(each, dict) else {"hex": each}
        code = hex_of(entry.get("hex"))
        role = str(entry.get("role") or roles.get(code, ""))
        swatches.append(Swatch(code, role, str(entry.get("name") or role or code)[:MOST_NAME], "kit"))
    unique = {swatch.hex: swatch for swatch in reversed(swatches)}
    return of_swatches(tuple(reversed(unique.values()))) if unique else None


def hex_of(value: Any) -> str:
    """Return a colour as #rrggbb in small letters."""
    code = value.strip().lower() if isinstance(value, str) else ""
    if not _HEX.fullmatch(code):
        raise InvalidInput.of(FIELD, f"has a colour that is not #rrggbb: {str(value)[:40]!r}")
    return code


def kit_type(kit: Json) -> TypePair | None:
    """Return the bundled styles nearest to a kit's type, with notes where they are others; None where it has none."""
    faces = _mapping(kit.get("type"))
    if not faces:
        return None
    return pair_of(_mapping(faces.get("heading")), _mapping(faces.get("body")))


def kit_ratio(kit: Json, own: str) -> str:
    """Return the kit's aspect ratio that is nearest to a layout's own; that itself where the kit has none near."""
    wanted = _quotient(own)
    known = [each for each in _listed(kit.get("ratios")) if isinstance(each, str) and _RATIO.fullmatch(each)]
    apart = {each: abs(wanted / _quotient(each) - 1) for each in known}
    near = [each for each in known if apart[each] <= MOST_APART]
    return min(near, key=apart.__getitem__, default=own)


def _quotient(ratio: str) -> float:
    across, down = ratio.split(":")
    return int(across) / int(down)


def required_words(kit: Json) -> tuple[str, ...]:
    """Return the words that a kit's voice wants in every text."""
    words = _listed(_mapping(kit.get("voice")).get("required_words"))
    return tuple(" ".join(each.split())[:MOST_NAME] for each in words if isinstance(each, str))


def kit_brand(kit: Json) -> Brand | None:
    """Return what is drawn of a kit's name and logo; None without either.

    A logo is a picture as `data:` (PNG, JPEG, WebP, or SVG without references), or an object with `data`,
    `clear_space` and `min_width_px`. Anything else, such as an asset's id, is left to the name in type.
    """
    logo = kit.get("logo")
    about = logo if isinstance(logo, dict) else {"data": logo}
    name = " ".join(str(kit.get("name") or "").split())[:MOST_NAME]
    picture = _picture(about.get("data"))
    if picture is None:
        return Brand(name) if name else None
    held = io.BytesIO()
    picture.save(held, "PNG", compress_level=6)
    space = _number(about.get("clear_space"), 0.5, 4)
    return Brand(
        name, held.getvalue(), picture.size, space, round(_number(about.get("min_width_px"), 48, 1024))
    )


def _picture(value: Any) -> Image.Image | None:
    match = _DATA.fullmatch(value.strip()) if isinstance(value, str) and value.startswith("data:") else None
    if match is None:
        return None
    try:
        data = base64.b64decode(match[2], validate=False)
        picture = _drawing(data) if match[1] == "svg+xml" else _still(data)
    except (binascii.Error, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InvalidInput.of(f"{FIELD}.logo", f"cannot be read: {str(error)[:80]}") from error
    picture = picture.crop(picture.getchannel("A").getbbox() or (0, 0, 1, 1))
    picture.thumbnail((LOGO_PX, LOGO_PX), Image.Resampling.LANCZOS)
    return picture


def _still(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as image:
        if image.width * image.height > 16_000_000:
            raise ValueError("it has over 16 megapixels")
        return image.convert("RGBA")


def _drawing(data: bytes) -> Image.Image:
    import resvg_py

    text = data.decode("utf-8")
    if len(data) > MOST_DRAWING_BYTES or _OUTSIDE.search(text):
        raise ValueError("the SVG is too large, or refers to something outside itself")
    drawn = resvg_py.svg_to_bytes(svg_string=text, skip_system_fonts=True, width=LOGO_PX)
    return _still(bytes(drawn))


@lru_cache(maxsize=64)
def seen_share(brand: Brand, ground: str) -> float:
    """Return the share of a logo's ink that stands out from a ground."""
    with Image.open(io.BytesIO(brand.logo_png), formats=("PNG",)) as image:
        small = image.convert("RGBA").resize((48, 48), Image.Resampling.NEAREST)
    counted = [
        (count, "#{:02x}{:02x}{:02x}".format(*color[:3]))
        for count, color in small.getcolors(48 * 48) or ()
        if isinstance(color, tuple) and color[3] > 127
    ]
    seen = sum(count for count, color in counted if contrast(color, ground) >= SEEN_CONTRAST)
    return seen / max(1, sum(count for count, _ in counted))


def _number(value: Any, default: float, most: float) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return min(most, max(0.0, float(value))) if is_number else default


def _mapping(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _listed(value: Any) -> list[Any]:
    return value[:12] if isinstance(value, list) else []
