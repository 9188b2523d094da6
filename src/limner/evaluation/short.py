"""An evaluation short enough to stand in a Run, which an agent reads whole."""

from typing import Any

from limner.types import Json

MOST_EVIDENCE_CHARS = 40
MOST_REASON_CHARS = 40
MOST_NAMED = 3


def shortened(evaluation: Json) -> Json:
    """Return an evaluation without what can be had elsewhere; the run's `evaluated` event has all of it.

    Thresholds and evidence, in a few words, stand where something is amiss; the brand kit is the run's own.
    """
    kept = {
        name: value for name, value in evaluation.items() if name not in ("brand_kit", "brand_kit_revision")
    }
    return {**kept, "criteria": [_short(each) for each in evaluation["criteria"]]}


def _short(criterion: Json) -> Json:
    if "not_measured" in criterion:
        return {"id": criterion["id"], "not_measured": _cut(criterion["not_measured"], MOST_REASON_CHARS)}
    document: Json = {name: _plain(criterion[name]) for name in ("id", "score", "weight", "measured")}
    if criterion["score"] == 1:
        return document
    document["threshold"] = criterion["threshold"]
    if text := words_of(criterion["evidence"]):
        document["evidence"] = _cut(text, MOST_EVIDENCE_CHARS)
    return document


def _plain(value: object) -> object:
    """Return a whole number as one: 1, not 1.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def words_of(evidence: Json) -> str:
    """Return the telling part of evidence as words: colours with shares, places, words."""
    said = [
        _part(name, value) for name, value in evidence.items() if name not in ("output", "coloured_share")
    ]
    return ", ".join(each for each in said if each)


def _part(name: str, value: Any) -> str:
    match value:
        case [{"hex": _}, *_]:
            return " ".join(_share(each) for each in value[:MOST_NAMED])
        case {"hex": _}:
            return f"{name} {_share(value)}"
        case [{"box": box, "dark": dark, "light": light}, *_]:
            return f"{dark} and {light} at {_box(box)}"
        case [str(), *_]:
            return " ".join(str(each) for each in value[:MOST_NAMED])
        case [float() | int(), *_]:
            return f"at {_box(value)}"
        case float() | int() | str():
            return f"{name.replace('_', ' ')} {value}"
        case _:
            return ""


def _share(color: Json) -> str:
    return f"{color['hex']} {color['share']:.0%}"


def _box(box: list[float]) -> str:
    """Return a box, given in shares of the sides, as percent: `left,top-right,bottom`."""
    left, top, right, bottom = (round(part * 100) for part in box)
    return f"{left},{top}-{right},{bottom} %"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
