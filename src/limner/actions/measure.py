"""Measures one output against a brand: every criterion that can be seen or heard, from one decoding.

The handler `outputs` takes one picture, film or sound, and a logo (SVG or PNG, as a document). Parameters: `criteria`,
the ids to measure; `palette` and `grounds` (what a logo may stand on), `#rrggbb` texts. It returns JSON: by criterion
`{value, evidence}` or `{not_measured}`.
"""

import io
import json
from collections.abc import Callable, Iterator
from math import inf
from pathlib import Path
from statistics import median_low
from typing import TYPE_CHECKING, NamedTuple

from limner.actions.job import Job, Made
from limner.errors import LimnerError
from limner.types import Json, Kind, Limits

if TYPE_CHECKING:
    from PIL import Image

SIDE = 1024
"""Sharpness, clipping and type are measured at this longer side, so that pictures of all sizes compare."""
FILM_PLACES = (0.2, 0.5, 0.8)
LOGO_PX = 256
MOST_LOGO_PX = 512
LEAST_LIKENESS = 0.85
"""Below it no place is taken for the logo, and there is nothing around which space could be free."""
SEEN = ("palette", "contrast", "sharpness", "exposure", "logo", "clear_space")
"""What is measured in pictures."""
FAILURES = (LimnerError, ValueError, ArithmeticError, LookupError, TypeError, OSError, MemoryError)
"""What one measure may end with without taking the others with it."""


class Still(NamedTuple):
    """A picture to measure: as it is, small, in grey; what can be seen through is laid on white."""

    image: "Image.Image"
    small: "Image.Image"
    grey: "Image.Image"
    alpha: "Image.Image | None"
    at_seconds: float | None = None


def outputs(job: Job) -> tuple[Made, ...]:
    """Return what was measured, as JSON. Raises: InvalidMedia, when the output does not decode."""
    wanted: list[str] = job.params["criteria"]
    found: Json = {}
    seen = [name for name in wanted if name in SEEN]
    if seen and (job.inputs.get(Kind.IMAGE) or job.inputs.get(Kind.VIDEO)):
        by_still = [_measure(still, seen, job) for still in stills_of(job)]
        found = {name: typical([each[name] for each in by_still]) for name in seen}
    if "loudness" in wanted:
        found["loudness"] = _loudness(job)
    return (Made(Kind.TEXT, text=json.dumps(found)),)


def stills_of(job: Job) -> Iterator[Still]:
    """Yield what is measured of a picture, or of a film in three frames."""
    if job.inputs.get(Kind.VIDEO):
        yield from _film_stills(job.path(Kind.VIDEO))
        return
    yield _still(_decoded(job.path(Kind.IMAGE), job.limits, SIDE))


def _decoded(path: Path, limits: Limits, enough: int | None = None) -> "Image.Image":
    from limner.actions.stills import open_image

    return open_image(path, limits, "output", enough=enough)


def _film_stills(path: Path) -> Iterator[Still]:
    from PIL import Image

    from limner.actions.fit import Fitter, Frame, even
    from limner.actions.video import survey, timed_frames

    clip = survey(path, "output")
    size = Frame(even(clip.shape.width), even(clip.shape.height))
    fit = Fitter(clip.shape, size)
    for place in FILM_PLACES:
        at = clip.seconds * place
        for _, frame in timed_frames(clip, at - 0.5 / float(clip.rate), inf):
            yield _still(Image.fromarray(fit(frame).to_ndarray(format="rgb24")), round(at, 2))
            break


def _still(image: "Image.Image", at_seconds: float | None = None) -> Still:
    from PIL import Image

    alpha = None
    if image.mode == "RGBA":
        alpha = image.getchannel("A")
        backed = Image.new("RGBA", image.size, "white")
        backed.alpha_composite(image)
        image = backed.convert("RGB")
    small = image.copy() if max(image.size) <= SIDE else _reduced(image)
    return Still(image, small, small.convert("L"), alpha, at_seconds)


def _reduced(image: "Image.Image") -> "Image.Image":
    from PIL import Image

    scale = SIDE / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BOX, reducing_gap=2.0)


def _measure(still: Still, wanted: list[str], job: Job) -> Json:
    measures: dict[str, Callable[[Still, Job], Json]] = {
        "palette": _palette,
        "contrast": _contrast,
        "sharpness": _sharpness,
        "exposure": _exposure,
    }
    found: Json = {}
    for name in wanted:
        if name in measures:
            found[name] = guarded(measures[name], still, job)
    if "logo" in wanted or "clear_space" in wanted:
        logo = guarded(_logo, still, job)
        space = logo.pop("clear_space", {"not_measured": logo.get("not_measured", "the logo was not found")})
        found |= {name: each for name, each in (("logo", logo), ("clear_space", space)) if name in wanted}
    return {name: timed(each, still) for name, each in found.items()}


def timed(found: Json, still: Still) -> Json:
    """Return a measure, with the time of the frame that it is of in its evidence."""
    if still.at_seconds is None or "value" not in found:
        return found
    return {**found, "evidence": {"at_seconds": still.at_seconds, **found["evidence"]}}


def guarded(measure: Callable[[Still, Job], Json], still: Still, job: Job) -> Json:
    """Return what a measure finds, or the reason why it cannot tell."""
    try:
        return measure(still, job)
    except FAILURES as error:
        return {"not_measured": f"the measure failed: {_reason(error)}"}


def _reason(error: BaseException) -> str:
    return (str(error) or type(error).__name__)[:200]


def _palette(still: Still, job: Job) -> Json:
    import numpy as np
    from PIL import Image

    from limner.actions.measure_colours import SIDE as SAMPLE_SIDE
    from limner.actions.measure_colours import adherence

    scale = min(1.0, SAMPLE_SIDE / max(still.small.size))
    size = (max(1, round(still.small.width * scale)), max(1, round(still.small.height * scale)))
    # Nearest: a mean of two brand colours would be a third one.
    pixels = np.asarray(still.small.resize(size, Image.Resampling.NEAREST)).reshape(-1, 3)
    if still.alpha is not None:
        pixels = pixels[np.asarray(still.alpha.resize(size, Image.Resampling.NEAREST)).ravel() > 127]
    share, evidence = adherence((pixels / 255).astype(np.float32), job.params["palette"])
    return {"value": round(share, 3), "evidence": evidence}


def _contrast(still: Still, job: Job) -> Json:
    from limner.actions.measure_text import lines_of_type

    lines = lines_of_type(still.image, still.grey)
    if not lines:
        return {"not_measured": "no line of type was found"}
    return {"value": lines[0]["contrast"], "evidence": {"lines": lines}}


def _sharpness(still: Still, job: Job) -> Json:
    from limner.actions.measure_light import sharpness

    value, evidence = sharpness(still.grey)
    return {"value": round(value, 1), "evidence": evidence}


def _exposure(still: Still, job: Job) -> Json:
    from limner.actions.measure_light import clipping

    value, evidence = clipping(still.grey)
    return {"value": round(value, 4), "evidence": evidence}


def _logo(still: Still, job: Job) -> Json:
    from limner.actions.measure_logo import find_logo, free_space

    if not job.inputs.get(Kind.DOCUMENT):
        return {"not_measured": "the brand kit has no logo"}
    match = find_logo(still.small, _read_logo(job), job.params["grounds"])
    box = [match.left, match.top, match.left + match.width, match.top + match.height]
    where = {"box": [round(part, 3) for part in box]}
    found: Json = {"value": round(match.likeness, 3), "evidence": where}
    if match.likeness >= LEAST_LIKENESS:
        space = round(free_space(still.small, match), 2)
        found["clear_space"] = {"value": space, "evidence": where}
    return found


def _read_logo(job: Job) -> "Image.Image":
    from PIL import Image

    from limner.actions.drawing import drawn
    from limner.actions.measure_logo import trimmed

    path = job.path(Kind.DOCUMENT)
    if path.suffix == ".svg":
        logo = Image.open(io.BytesIO(drawn(path, LOGO_PX, False))).convert("RGBA")
    else:
        logo = _decoded(path, job.limits).convert("RGBA")
    logo.thumbnail((MOST_LOGO_PX, MOST_LOGO_PX), Image.Resampling.BOX, reducing_gap=2.0)
    return trimmed(logo)


def _loudness(job: Job) -> Json:
    from limner.actions.measure_sound import loudness

    kind = Kind.VIDEO if job.inputs.get(Kind.VIDEO) else Kind.AUDIO
    try:
        value, evidence = loudness(job.path(kind))
    except FAILURES as error:
        return {"not_measured": _reason(error)}
    return {"value": round(value, 1), "evidence": evidence}


def typical(found: list[Json]) -> Json:
    """Return the middle one of what was measured in the frames of a film, or the reason why there is none."""
    measured = [each for each in found if "value" in each]
    if not measured:
        return found[0] if found else {"not_measured": "the film has no frame"}
    middle = median_low(each["value"] for each in measured)
    return next(each for each in measured if each["value"] == middle)
