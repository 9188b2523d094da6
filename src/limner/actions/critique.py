"""Criticises a picture by what can be measured, and mends what numbers can mend."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from limner.actions.canvas import is_lossless, lay
from limner.actions.critique_fixes import fixed, nearest_line
from limner.actions.critique_measures import Measures, measure
from limner.actions.job import Job, Made
from limner.actions.stills import open_image, save_image
from limner.types import Kind

FLAT_GROUND = 0.25
"""A picture of which one colour fills this share, to four 8-bit levels, is a layout rather than a photograph."""
NOT_JUDGED = (
    "Not judged: the idea, the words, the style, and what the picture means. These are measurements of light, colour "
    "and place; an intended look may break every one of them."
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One criterion: a score of 0 to 10, the evidence, and what to do about it."""

    name: str
    score: float
    evidence: str
    advice: str


def critique_image(job: Job) -> tuple[Made, ...]:
    """Return the picture mended, and the critique as Markdown: what was measured, before and after."""
    picture = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    photo = Image.new("RGB", picture.size, "white")
    lay(photo, picture, (0, 0))
    strength = float(job.params["strength"])
    _plan(job, strength)
    job.progress(0.1, "Measuring")
    before = measure(photo)
    _explain(job, "the picture as given", before)
    for each in verdicts(before):
        told = f"{each.name}: {each.score:.1f} of 10. {each.evidence} {each.advice}"
        job.explain("reasoning", text=told)
    job.progress(0.4, "Mending")
    result, changes = fixed(photo, before, strength / 100)
    if strength:
        job.explain("tool_call", tool="mend", arguments={"strength": strength}, result={"changes": changes})
    after = measure(result) if changes else before
    if changes:
        _explain(job, "the mended picture", after)
    if changes and picture.mode == "RGBA" and result.size == picture.size:
        result.putalpha(picture.getchannel("A"))
    text = write(verdicts(before), verdicts(after), changes, (picture.size, result.size))
    path = save_image(result if changes else picture, job, "redesign", graphic=is_lossless(job))
    return (Made(Kind.IMAGE, path), Made(Kind.TEXT, text=text))


def _plan(job: Job, strength: float) -> None:
    names = [judge.__name__.removeprefix("_") for judge in JUDGES]
    mending = (
        f"mend what a measure calls for, at {strength:g} %, and measure again"
        if strength
        else "change nothing"
    )
    job.explain("planning", text=f"Measure {', '.join(names[:-1])} and {names[-1]}; then {mending}.")


def _explain(job: Job, what: str, found: Measures) -> None:
    scores = {each.name.lower(): round(each.score, 1) for each in verdicts(found)}
    job.explain("tool_call", tool="measure", arguments={"picture": what}, result={"scores": scores})


def verdicts(found: Measures) -> tuple[Verdict, ...]:
    """Return the judgement of each criterion."""
    return tuple(judge(found) for judge in JUDGES)


def write(
    before: tuple[Verdict, ...],
    after: tuple[Verdict, ...],
    changes: list[str],
    sizes: tuple[tuple[int, int], tuple[int, int]],
) -> str:
    """Return the critique as Markdown."""
    overall = [float(np.mean([each.score for each in side])) for side in (before, after)]
    ranked = sorted(before, key=lambda each: each.score)
    lines = [
        f"# Critique: {overall[0]:.1f} of 10",
        "",
        f"Strongest: {ranked[-1].name.lower()}. Work on first: {ranked[0].name.lower()}.",
        "",
    ]
    for one, two in zip(before, after, strict=True):
        change = f", {two.score:.1f} after the changes" if changes else ""
        lines += [f"## {one.name}: {one.score:.1f}{change}", "", f"{one.evidence} {one.advice}", ""]
    lines += ["## What was changed", ""]
    lines += [f"- {change}" for change in changes] or ["- Nothing: no measure calls for a change."]
    if changes:
        (width, height), (new_width, new_height) = sizes
        lines += [
            "",
            f"Overall {overall[0]:.1f} before, {overall[1]:.1f} after; ",
        ]
        lines[-1] += f"{width} x {height} pixels before, {new_width} x {new_height} after."
    return "\n".join([*lines, "", NOT_JUDGED])


def _score(value: float, worst: float, best: float) -> float:
    """Return 0 at `worst`, 10 at `best` and beyond."""
    return 10 * min(1.0, max(0.0, (value - worst) / (best - worst)))


def _contrast(found: Measures) -> Verdict:
    span = found.light - found.dark
    score = 0.6 * _score(span, 15, 80) + 0.4 * _score(found.separation, 4, 30)
    evidence = (
        f"Lightness runs from L* {found.dark:.0f} to {found.light:.0f}, a range of {span:.0f}; what draws the eye "
        f"differs from the rest by {found.separation:.0f} Lab units."
    )
    if span < 55:
        return Verdict(
            "Contrast", score, evidence, "The tones are flat: deepen the shadows or lift the lights."
        )
    if found.separation < 12:
        return Verdict(
            "Contrast", score, evidence, "The subject sinks into its ground: part them by light or by colour."
        )
    return Verdict("Contrast", score, evidence, "The range carries, and the subject stands off its ground.")


def _hierarchy(found: Measures) -> Verdict:
    score = _score(found.focus, 0.15, 0.55)
    evidence = f"The strongest tenth of the area holds {found.focus:.0%} of what draws the eye."
    advice = (
        "The eye wanders: make one thing larger, lighter or sharper than the others."
        if found.focus < 0.32
        else "There is one clear first read."
    )
    return Verdict("Hierarchy", score, evidence, advice)


def _balance(found: Measures) -> Verdict:
    lines = [nearest_line(place) for place in found.center]
    off = max(distance for _, distance in lines)
    evidence = (
        f"What draws the eye is centred at {found.center[0]:.0%} from the left and {found.center[1]:.0%} from the "
        f"top, {off:.0%} of a side from the nearest third or middle."
    )
    advice = (
        "It sits between the lines: crop, or move it onto one." if off > 0.07 else "The placing looks meant."
    )
    return Verdict("Balance", _score(off, 0.22, 0.03), evidence, advice)


def _palette(found: Measures) -> Verdict:
    loud = _score(found.chroma, 75, 50)
    dull = _score(found.chroma, 2, 12)
    evidence = (
        f"{found.colors} colours of 2 % or more, the largest {found.dominant:.0%}; mean chroma {found.chroma:.0f}; "
        f"the greys lean a* {found.cast[0]:+.1f}, b* {found.cast[1]:+.1f}."
    )
    cast = float(np.hypot(*found.cast))
    score = max(0.0, min(loud, dull) - 0.35 * max(0.0, cast - 2))
    if found.chroma < 8:
        return Verdict(
            "Palette", score, evidence, "Colour plays hardly a part: choose one accent, or go to grey."
        )
    if cast > 5:
        return Verdict(
            "Palette",
            score,
            evidence,
            "A cast lies over the neutrals: balance the white, or push it on purpose.",
        )
    if found.chroma > 55:
        return Verdict(
            "Palette", score, evidence, "All of it shouts: calm the ground so that one colour leads."
        )
    return Verdict("Palette", score, evidence, "The colours hold together.")


def _sharpness(found: Measures) -> Verdict:
    evidence = (
        f"The sharpest parts have an edge energy of {found.sharpness:.0f} (soft below 22, at 1024 pixels)."
    )
    advice = (
        "It looks soft: check the focus, or start from a larger file."
        if found.sharpness < 22
        else "It is crisp where it counts."
    )
    return Verdict("Sharpness", _score(found.sharpness, 2, 32), evidence, advice)


def _exposure(found: Measures) -> Verdict:
    # The tone of a flat ground is a choice: on one, what stands on it only must not drown.
    is_layout = found.plain >= FLAT_GROUND
    off = 0.0 if is_layout else max(0.0, 38 - found.middle, found.middle - 68)
    clipped = found.clipped_dark + found.clipped_light
    evidence = (
        f"The middle tone is L* {found.middle:.0f}; {found.clipped_dark:.1%} is pure black and "
        f"{found.clipped_light:.1%} pure white."
    )
    score = max(0.0, _score(off, 35, 0) - 6 * max(0.0, clipped - 0.05))
    if is_layout:
        advice = f"One flat colour fills {found.plain:.0%}: a ground's tone is a choice, and is not judged."
    elif found.middle < 38:
        advice = "It is dark: open the middle tones."
    elif found.middle > 68:
        advice = "It is bright, and washes out."
    else:
        advice = "The exposure is sound."
    return Verdict("Exposure", score, evidence, advice)


JUDGES: tuple[Callable[[Measures], Verdict], ...] = (
    _contrast,
    _hierarchy,
    _balance,
    _palette,
    _sharpness,
    _exposure,
)
