"""Reads a brand kit's data into its content, noting every key that is missing, unknown or malformed."""

import re
from typing import Any

from limner.authored.node import Node
from limner.authored.report import Report, spell
from limner.brands.rubric import read_rubric
from limner.brands.typefaces import FAMILIES
from limner.types import Json
from limner.types.brand import (
    COLOR_ROLES,
    LEAST_COLORS,
    MOST_COLORS,
    MOST_RATIOS,
    MOST_REFERENCES,
    MOST_WORDS,
)

KIT_KEYS = (
    "brand_kit", "name", "description", "palette", "type", "voice", "logo", "ratios", "references", "rubric",
)  # fmt: skip
REQUIRED = ("brand_kit", "name", "description", "palette", "type", "voice")
ID = r"[a-z0-9]+(-[a-z0-9]+)*"
MOST_ID_CHARS = 40
HEX = r"#[0-9A-Fa-f]{6}"
RATIO = r"[1-9][0-9]{0,3}(\.[0-9]{1,2})?:[1-9][0-9]{0,3}(\.[0-9]{1,2})?"
FACES = ("heading", "body")
GRADES = (0.0, 18.0)
REQUIRED_ROLES = COLOR_ROLES[:3]


def read_kit(data: Any, report: Report) -> Json:
    """Return the content of a kit as far as it can be read; of its files only what the kit says of them."""
    if not isinstance(data, dict):
        report.add(
            (), "This is not a brand kit.", "Begin with `brand_kit: an-id`, name, description, palette."
        )
        return {}
    node = Node(report, (), data)
    node.only(KIT_KEYS, REQUIRED)
    content: Json = {
        "brand_kit": _read_id(node),
        "name": node.text("name", most=80),
        "description": node.text("description", most=2000),
        "palette": _read_palette(node),
        "type": _read_type(node),
        "voice": _read_voice(node),
        "logo": _read_logo(node),
        "ratios": _read_ratios(node),
        "references": _read_references(node),
        "rubric": read_rubric(node),
    }
    return {key: value for key, value in content.items() if value not in (None, [])}


def _read_id(node: Node) -> str:
    brand_kit = node.word("brand_kit", ID, "lower-case words joined by -")
    if len(brand_kit) > MOST_ID_CHARS:
        node.wrong("brand_kit", f"brand_kit is over {MOST_ID_CHARS} characters.", "Shorten it.")
    return brand_kit


def _read_palette(node: Node) -> list[Json]:
    colors: list[Json] = []
    for child in node.nodes("palette"):
        child.only(("name", "hex", "role", "share"), ("name",))
        color: Json = {"name": child.text("name", most=40), "hex": _read_hex(child)}
        if role := child.choice("role", COLOR_ROLES, ""):
            color["role"] = role
            if role in (each.get("role") for each in colors):
                child.wrong("role", f"Two colours have the role {role!r}.", "Leave the role of one out.")
        if (share := child.between("share", 0, 1)) is not None:
            color["share"] = share
        for key in ("name", "hex"):
            if color[key] and color[key] in (each[key] for each in colors):
                child.wrong(key, f"Two colours have the {key} {color[key]!r}.", "Keep one of them.")
        colors.append(color)
    _check_palette(node, colors)
    return colors


def _check_palette(node: Node, colors: list[Json]) -> None:
    if not isinstance(node.data.get("palette"), list):
        return
    if not LEAST_COLORS <= len(node.data["palette"]) <= MOST_COLORS:
        message = f"The palette has {len(node.data['palette'])} colours."
        node.wrong("palette", message, f"Give {LEAST_COLORS} to {MOST_COLORS}.")
    said = [child.data.get("role") for child in node.nodes("palette")]
    for role in REQUIRED_ROLES:
        if role not in said:
            node.wrong("palette", f"No colour has the role {role!r}.", f"Add `role: {role}` to one.")
    if (total := sum(color.get("share", 0) for color in colors)) > 1.0001:
        message = f"The shares of the palette come to {total:g}."
        node.wrong("palette", message, "Lower them: together they are at most 1.")


def _read_hex(node: Node) -> str:
    value = node.data.get("hex")
    if value is None:
        message = f"{spell((*node.place, 'hex'))} is empty."
        node.wrong("hex", message, 'Write `hex: "#9caf88"`: without quotes, # begins a comment.')
        return ""
    if not isinstance(value, str) or not re.fullmatch(HEX, value):
        message = f"{spell((*node.place, 'hex'))} must be # and six hexadecimal digits."
        node.wrong("hex", message, 'Write it as "#9caf88", with quotes.')
        return ""
    return value.lower()


def _read_type(node: Node) -> Json:
    child = node.child("type")
    if child is None:
        return {}
    child.only(FACES, FACES)
    found: Json = {}
    for face in FACES:
        if inner := child.child(face):
            found[face] = _read_face(inner)
    return found


def _read_face(node: Node) -> Json:
    node.only(("family", "weight", "fallbacks"), ("family",))
    family = node.choice("family", FAMILIES, "")
    face: Json = {"family": family, "weight": 400}
    if (weight := node.data.get("weight")) is not None and family:
        known = FAMILIES[family].weights
        if weight not in known or isinstance(weight, bool):
            message = f"{spell((*node.place, 'weight'))} must be one of {', '.join(map(str, known))}."
            node.wrong("weight", message, f"{family} ships with these.")
        face["weight"] = weight
    if fallbacks := node.texts("fallbacks", most=6, most_chars=60):
        face["fallbacks"] = fallbacks
    return face


def _read_voice(node: Node) -> Json:
    child = node.child("voice")
    if child is None:
        return {}
    child.only(("tone", "required_words", "banned_words", "reading_grade"), ("tone",))
    voice: Json = {"tone": child.text("tone", most=400)}
    for key in ("required_words", "banned_words"):
        if words := child.texts(key, most=MOST_WORDS, most_chars=60):
            voice[key] = words
    required = {word.casefold() for word in voice.get("required_words", ())}
    for index, word in enumerate(voice.get("banned_words", ())):
        if word.casefold() in required:
            place = (*child.place, "banned_words", index)
            child.report.add(place, f"{word!r} is both required and banned.", "Take it out of one list.")
    if grade := child.child("reading_grade"):
        voice["reading_grade"] = _read_grade(grade)
    return voice


def _read_grade(node: Node) -> Json:
    node.only(("at_least", "at_most"))
    found = {key: node.between(key, *GRADES) for key in ("at_least", "at_most")}
    least, most = found["at_least"], found["at_most"]
    if least is None and most is None and not node.data:
        node.report.add(node.place, "reading_grade is empty.", "Write {at_least: 4, at_most: 8}.")
    if least is not None and most is not None and least > most:
        node.wrong("at_least", "at_least is above at_most: no text can be read so.", "Exchange them.")
    return {key: value for key, value in found.items() if value is not None}


def _read_logo(node: Node) -> Json | None:
    child = node.child("logo")
    if child is None:
        return None
    child.only(("file", "clear_space", "min_width_px"), ("file",))
    logo: Json = {"file": child.text("file", most=255)}
    clear_space = child.between("clear_space", 0, 4)
    logo["clear_space"] = 0.25 if clear_space is None else clear_space
    min_width = child.between("min_width_px", 1, 4096, is_whole=True)
    logo["min_width_px"] = 48 if min_width is None else min_width
    return logo


def _read_ratios(node: Node) -> list[str]:
    ratios = node.texts("ratios", most=MOST_RATIOS, most_chars=16)
    for index, ratio in enumerate(node.items("ratios")):
        if isinstance(ratio, str) and not re.fullmatch(RATIO, ratio.strip()):
            place = ("ratios", index)
            node.report.add(place, f"{ratio!r} is not an aspect ratio.", 'Write width:height, as "16:9".')
    return ratios


def _read_references(node: Node) -> list[Json]:
    references: list[Json] = []
    for child in node.nodes("references"):
        child.only(("file", "title"), ("file",))
        references.append({"file": child.text("file", most=255), "title": child.text("title", most=120)})
    if len(references) > MOST_REFERENCES:
        message = f"The kit has {len(references)} references."
        node.wrong("references", message, f"Keep the best {MOST_REFERENCES}.")
    return references
