"""Turns what was measured into scores: one for each criterion, and one for all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from limner.evaluation.criteria import MEASURES, Reach
from limner.types import Json

CAP = 0.4
"""The most that a run scores whose output breaks a hard limit."""
_SIGNS = {"at_least": 1, "at_most": -1}


@dataclass(frozen=True, slots=True)
class Measured:
    """One criterion of one output: a value with evidence, or the reason why there is none."""

    value: float | None = None
    evidence: Json = field(default_factory=dict)
    reason: str = ""
    output: str = ""
    """The output's name, with its index where it is one of several."""


def evaluated(rubric: Sequence[Json], found: dict[str, list[Measured]]) -> Json:
    """Return the whole evaluation: `{score, criteria, capped_by?}`. The score is None when nothing was measured.

    found: what was measured, by criterion and output; what is missing there applies to no output.
    """
    criteria = [_criterion(asked, found.get(asked["id"], [])) for asked in rubric]
    scored = [each for each in criteria if "score" in each]
    weight = sum(each["weight"] for each in scored)
    score = sum(each["score"] * each["weight"] for each in scored) / weight if weight else None
    broken = [each["id"] for each in scored if each.get("is_broken")]
    if score is not None and broken:
        score = min(score, CAP)
    document: Json = {"score": None if score is None else round(score, 3), "criteria": criteria}
    return {**document, "capped_by": broken} if broken else document


def _criterion(asked: Json, found: list[Measured]) -> Json:
    measure = MEASURES[asked["id"]]
    head: Json = {"id": asked["id"], "weight": asked["weight"], "threshold": threshold(asked)}
    measured = [each for each in found if each.value is not None]
    if not measured:
        reasons = dict.fromkeys(each.reason for each in found if each.reason)
        kinds = " or ".join(kind.value for kind in measure.kinds)
        return {**head, "not_measured": "; ".join(reasons) or f"no {kinds} output"}
    choose = max if measure.reach is Reach.BEST else min
    chosen = choose(measured, key=lambda each: score_of(asked, each.value or 0.0))
    value = chosen.value or 0.0
    document: Json = {
        **head,
        "score": round(score_of(asked, value), 3),
        "measured": value,
        "unit": measure.unit,
        "evidence": {**({"output": chosen.output} if chosen.output else {}), **chosen.evidence},
    }
    if is_broken(asked, value):
        document["is_broken"] = True
    return document


def score_of(asked: Json, value: float) -> float:
    """Return 1 where the limits are kept, 0 at the hard limit or where the criterion's fall ends, linear between."""
    limits, hard = asked.get("limits", {}), asked.get("hard_limits", {})
    if is_broken(asked, value):
        return 0.0
    parts = [1.0]
    for side, limit in limits.items():
        zero = hard[side] if side in hard else MEASURES[asked["id"]].zero(side, limit)
        missed = (limit - value) * _SIGNS[side]
        way = (limit - zero) * _SIGNS[side]
        if missed > 0:
            parts.append(max(0.0, 1 - missed / way) if way > 0 else 0.0)
    return min(parts)


def is_broken(asked: Json, value: float) -> bool:
    """Whether a value is past a hard limit."""
    return any((value - limit) * _SIGNS[side] < 0 for side, limit in asked.get("hard_limits", {}).items())


def threshold(asked: Json) -> str:
    """Return what a criterion is held against, in a few signs: `≥ 4.5, never < 3`."""
    signs, breaks = {"at_least": "≥", "at_most": "≤"}, {"at_least": "<", "at_most": ">"}
    said = [f"{signs[side]} {limit:g}" for side, limit in asked.get("limits", {}).items()]
    said += [f"never {breaks[side]} {limit:g}" for side, limit in asked.get("hard_limits", {}).items()]
    return ", ".join(said)


def not_measured(rubric: Iterable[Json], reason: str) -> dict[str, list[Measured]]:
    """Return that nothing could be measured, and why."""
    return {asked["id"]: [Measured(reason=reason)] for asked in rubric}
