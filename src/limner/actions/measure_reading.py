"""Reads the words of one output, for what a brand says of words and of the contrast of type: the extra `ocr`.

The handler `outputs` takes one picture or film. Parameter: `criteria`, of `words` and `contrast`. It returns JSON, by
criterion `{value, evidence}` or `{not_measured}`; of `words` the value is how many lines were read, and
`evidence.lines` are their words.
"""

import json

from limner.actions.job import Job, Made
from limner.actions.measure import Still, guarded, stills_of, timed, typical
from limner.actions.measure_text import faintest_of, line_at, lines_of_type
from limner.actions.reading import Line, read_lines
from limner.types import Json, Kind

NO_LINE = "no line of type was found"


def outputs(job: Job) -> tuple[Made, ...]:
    """Return what was read and measured, as JSON. Raises: InvalidMedia, when the output does not decode."""
    stills = [(still, read_lines(still.image)) for still in stills_of(job)]
    found: Json = {"words": _words([line for _, lines in stills for line in lines])}
    if "contrast" in job.params["criteria"]:
        found["contrast"] = typical([_contrast(still, lines, job) for still, lines in stills])
    wanted = {name: each for name, each in found.items() if name in job.params["criteria"]}
    return (Made(Kind.TEXT, text=json.dumps(wanted, ensure_ascii=False)),)


def _words(lines: list[Line]) -> Json:
    """Return the words of lines, each once: a film shows the same ones in several frames."""
    read = list(dict.fromkeys(line.text for line in lines if line.text))
    return {"value": float(len(read)), "evidence": {"lines": read}}


def _contrast(still: Still, lines: list[Line], job: Job) -> Json:
    """Return the contrast of the faintest line that was read; of what looks like type where nothing was."""

    def measure(still: Still, job: Job) -> Json:
        told = faintest_of(
            {"text": line.text, **line_at(still.image, _shares(line))}
            for line in lines
            if line.text and line.is_level
        )
        told = told or lines_of_type(still.image, still.grey)
        return (
            {"value": told[0]["contrast"], "evidence": {"lines": told}} if told else {"not_measured": NO_LINE}
        )

    return timed(guarded(measure, still, job), still)


def _shares(line: Line) -> tuple[float, float, float, float]:
    left, top, right, bottom = line.box
    return left / 100, top / 100, right / 100, bottom / 100
