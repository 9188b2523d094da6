"""What `$brand` shows of a kit: values that actions and templates take as they are."""

from collections.abc import Mapping
from typing import Any

from limner.brands.typefaces import FAMILIES
from limner.types import BrandKit, Json
from limner.types.brand import COLOR_ROLES


def shown(kit: BrandKit, pictures: Mapping[str, str]) -> Json:
    """Return what `limner.types.brand.SHOWN` promises.

    pictures: the asset id of each picture by its field (`logo`, `references[0]`), as far as a technique reads them.
    """
    content = kit.definition
    palette: list[Json] = content["palette"]
    voice: Json = content["voice"]
    found: Json = {
        "id": kit.brand_kit,
        "name": kit.name,
        "description": kit.description,
        "palette": palette,
        "hex_codes": [color["hex"] for color in palette],
        "colors": {color["role"]: color["hex"] for color in _by_role(palette)},
        "type": {face: _face(content["type"][face]) for face in ("heading", "body")},
        "voice": {key: voice[key] for key in ("tone", "required_words", "banned_words") if key in voice},
    }
    if "ratios" in content:
        found["ratios"] = content["ratios"]
    if "logo" in pictures:
        found["logo"] = pictures["logo"]
    if references := [asset for field, asset in pictures.items() if field != "logo"]:
        found["references"] = references
    return found


def _by_role(palette: list[Json]) -> list[Json]:
    return [color for role in COLOR_ROLES for color in palette if color.get("role") == role]


def _face(face: Json) -> dict[str, Any]:
    family, weight = face["family"], face["weight"]
    return {"family": family, "weight": weight, "font_family": FAMILIES[family].fonts[weight]}
