"""Lists the lines of type in a picture, read where the extra `ocr` is installed: `find-text-boxes`."""

import difflib
import json
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image

from limner.actions import ocr_extra
from limner.actions.job import Job, Made
from limner.actions.reading import Line, ordered, read_lines
from limner.actions.stills import open_image
from limner.actions.text_boxes import MOST_BOXES, Box, text_boxes
from limner.types import Json, Kind

MOST_JOINED = 6
"""So many lines on end may be named as one text."""
TOUCHING = 0.2
"""Boxes that share more than this part of the smaller one are of one line."""
LEAST_LIKE = 0.8
"""Words that are less like what was read are other words. Source: difflib's ratio."""


def lines_in(image: Image.Image) -> list[Line]:
    """Return the lines of type from top to bottom, at most MOST_BOXES; without the extra only where they are.

    With it, what looks like type and is not read is among them: it may be of a script that the models do not know.
    """
    looked_for = [Line(box) for box in text_boxes(image)]
    if not ocr_extra.is_installed():
        return looked_for
    read = read_lines(image)
    unread = [line for line in looked_for if all(_shared(line.box, other.box) < TOUCHING for other in read)]
    return ordered([*read, *unread])[:MOST_BOXES]


def _shared(one: Box, other: Box) -> float:
    """Return how much of the smaller of two boxes lies in both, 0 to 1."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    least = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return max(0.0, across) * max(0.0, down) / max(least, 1e-6)


def find_text_boxes(job: Job) -> tuple[Made, ...]:
    """List the lines of type, for somebody who can read them, or translate what was read."""
    image = open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)
    lines = lines_in(image)
    found = [_told(number, line) for number, line in enumerate(lines, start=1)]
    step = next_step(lines, job.params["language"].strip())
    document = {"units": "percent: left, top, right, bottom", "boxes": found, "next_step": step}
    return (Made(Kind.TEXT, text=json.dumps(document, ensure_ascii=False)),)


def _told(number: int, line: Line) -> Json:
    told: Json = {"number": number, "box": list(line.box)}
    if line.text:
        told |= {"text": line.text, "confidence": line.confidence}
    return told if line.is_level else {**told, "is_level": False}


def next_step(lines: Sequence[Line], language: str) -> str:
    """Return what to do with lines that were found."""
    into = f" into {language}" if language else ""
    if not lines:
        return "No line of type was found. Give boxes by hand: left top right bottom in percent, a bar, and the words."
    if any(line.text for line in lines):
        return (
            f"Translate each `text`{into}, and correct it by the picture where it was misread. Then give "
            "`translations`, one text per line: its words as they are read here, or its number, a bar, and the new "
            "words, as in `Good morning | Guten Morgen`. Lines on end may be named as one text."
        )
    return (
        f"Read each box in the picture and translate it{into}. Then give `translations`, one text per box: "
        "its number, or left top right bottom in percent, a bar, and the words, as in `1 | Guten Morgen`. "
        "Leave out boxes that hold no words."
    )


class Place(NamedTuple):
    """Where words stand: the box, in percent, around so many lines."""

    box: Box
    line_count: int = 1


def places_that_say(words: str, lines: Sequence[Line]) -> list[Place]:
    """Return where a line, or lines on end, read so, everywhere; else the one place that is most like it."""
    wanted = _plain(words)
    runs = [
        (_plain(" ".join(line.text for line in lines[first : first + count])), lines[first : first + count])
        for count in range(1, MOST_JOINED + 1)
        for first in range(len(lines) - count + 1)
        if all(line.text for line in lines[first : first + count])
    ]
    same = [run for text, run in runs if text == wanted]
    if not same:
        likeness = [difflib.SequenceMatcher(None, wanted, text).ratio() for text, _ in runs]
        best = max(range(len(runs)), key=likeness.__getitem__, default=None)
        same = [runs[best][1]] if best is not None and likeness[best] >= LEAST_LIKE else []
    return [_around(run) for run in same]


def _plain(words: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def _around(lines: Sequence[Line]) -> Place:
    left, top, right, bottom = zip(*(line.box for line in lines), strict=True)
    return Place((min(left), min(top), max(right), max(bottom)), len(lines))
