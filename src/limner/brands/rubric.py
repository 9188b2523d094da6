"""What a kit's rubric can ask for: criteria, the limits that each takes, and how a file's rubric is read."""

from dataclasses import dataclass
from math import inf

from limner.authored.node import Node
from limner.authored.report import spell
from limner.types import Json

SIDES = ("at_least", "at_most")
MOST_WEIGHT = 10.0


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that can be measured. least, most: what a limit may be; sides: from which it can be limited."""

    measures: str
    least: float
    most: float
    sides: tuple[str, ...] = SIDES


CRITERIA = {
    "palette": Criterion("share of coloured pixels within ΔE2000 6 of the palette", 0, 1, ("at_least",)),
    "contrast": Criterion("WCAG 2 contrast ratio of text to its ground", 1, 21, ("at_least",)),
    "aspect_ratio": Criterion("distance to the nearest of the kit's ratios, as a share", 0, 1, ("at_most",)),
    "resolution": Criterion("pixels on the shorter side", 1, 16_384, ("at_least",)),
    "sharpness": Criterion("variance of the Laplacian at 1024 px", 0, 10_000, ("at_least",)),
    "exposure": Criterion("share of pixels that are clipped to black or white", 0, 1, ("at_most",)),
    "banned_words": Criterion("how often banned words stand in the text", 0, 1000, ("at_most",)),
    "required_words": Criterion("share of the required words that the text has", 0, 1, ("at_least",)),
    "readability": Criterion("Flesch-Kincaid grade of the text", -4, 20),
    "logo": Criterion("how surely the logo was found", 0, 1, ("at_least",)),
    "clear_space": Criterion("free space around the logo, as a share of its height", 0, 4, ("at_least",)),
    "duration": Criterion("seconds", 0, 86_400),
    "loudness": Criterion("integrated loudness, LUFS", -70, 0),
}
"""By id. DESIGN §9 lists them; the sources of the measures stand with the code that takes them."""


def read_rubric(node: Node) -> list[Json]:
    """Return a kit's criteria, in order, noting every mistake."""
    found: dict[str, Json] = {}
    for child in node.nodes("rubric"):
        child.only(("id", "weight", "limits", "hard_limits"), ("id",))
        criterion_id = child.choice("id", CRITERIA, "")
        if not criterion_id:
            continue
        if criterion_id in found:
            child.wrong("id", f"Two criteria have the id {criterion_id!r}.", "Put their limits into one.")
            continue
        found[criterion_id] = _read_criterion(child, criterion_id)
    return list(found.values())


def _read_criterion(node: Node, criterion_id: str) -> Json:
    criterion = CRITERIA[criterion_id]
    weight = node.number("weight", 1.0, most=MOST_WEIGHT)
    limits = _read_limits(node, "limits", criterion, criterion_id)
    hard = _read_limits(node, "hard_limits", criterion, criterion_id)
    _check_order(node, limits, hard)
    if not limits and not hard and not node.data.get("limits") and not node.data.get("hard_limits"):
        remedy = f"Add `limits: {{{criterion.sides[0]}: …}}`: {criterion.measures}."
        node.report.add(node.place, f"{spell(node.place)} has neither limits nor hard limits.", remedy)
    read: Json = {"id": criterion_id, "weight": weight}
    if limits:
        read["limits"] = limits
    if hard:
        read["hard_limits"] = hard
    return read


def _read_limits(node: Node, key: str, criterion: Criterion, criterion_id: str) -> Json:
    child = node.child(key)
    if child is None:
        return {}
    if not child.data:
        node.wrong(
            key,
            f"{spell(child.place)} is empty.",
            f"Write `{key}: {{{criterion.sides[0]}: …}}`, or remove it.",
        )
    found: Json = {}
    for side in child.data:
        if side in SIDES and side not in criterion.sides:
            only = f"Write {criterion.sides[0]}: it limits {criterion.measures}."
            child.wrong(side, f"{criterion_id} cannot be limited by {side}.", only)
        elif side in SIDES:
            value = child.between(side, criterion.least, criterion.most)
            if value is not None:
                found[side] = value
    child.only(SIDES)
    if found.get("at_least", -inf) > found.get("at_most", inf):
        child.wrong("at_least", "at_least is above at_most: nothing can pass.", "Exchange them.")
    return found


def _check_order(node: Node, limits: Json, hard: Json) -> None:
    """Note a hard limit that is stricter than the limit: what passes the one would fail the other."""
    for side, sign in (("at_least", 1), ("at_most", -1)):
        if side in limits and side in hard and hard[side] * sign > limits[side] * sign:
            message = f"The hard limit {side}: {hard[side]:g} is stricter than the limit {limits[side]:g}."
            node.wrong(
                "hard_limits", message, "A limit is what full marks need, a hard one what must not be broken."
            )
