"""Reads words in pictures with the models of the extra `ocr`: lines, where they are, how sure the reading is.

Source: PP-OCRv6 small (detection, recognition), Apache-2.0, as `rapidocr` packs them: Latin letters, Chinese, Japanese.
Cyrillic, Greek and other letters are not read.
"""

import math
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from limner.actions.text_boxes import Box

MOST_SIDE = 1600
"""Words are read in the picture at most so long, in pixels."""
FIND_SIDE = 960
"""Lines are looked for at this longer side, in 0.4 GB; at 1600 in 0.85 GB and twice the time. Type of 10 pixels, in a
picture of 1200, is found at both."""
THREADS = 1
"""A fixed number: how sums are parted among threads moves their last digits. Two took a fifth more computing."""
LEAST_CONFIDENCE = 0.85
"""Below it are mostly letters of scripts that the models were not taught."""
LEAST_SIGNS = 2
"""Fewer letters or digits are mostly shapes in photographs; one ideograph is a word."""
WIDEST_SIGN = 1.5
"""How wide a line is per sign, in heights of the line, at the most: wider ones have more in them than was read."""
SLACK = 0.1
"""What is taken off each side of a found line, in heights of it: its letters begin 0.0 to 0.2 within."""
LEVEL = math.radians(7)
ROW = 0.7
"""Tops of lines nearer than this, in percent of the picture, are in one row."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of type: where it is, what it says, empty where that was not read, and how sure that is, 0 to 1."""

    box: Box
    text: str = ""
    confidence: float = 0.0
    is_level: bool = True


def read_lines(image: Image.Image) -> list[Line]:
    """Return the lines of type in a picture that can be read, from top to bottom.

    Takes 1 to 4 seconds of computing and 0.4 GB; the same picture gives the same lines. What can be seen through
    is laid on white.
    """
    small = _on_white(image)
    small.thumbnail((MOST_SIDE, MOST_SIDE), Image.Resampling.BOX, reducing_gap=2.0)
    pixels = np.ascontiguousarray(np.asarray(small)[..., ::-1])
    found = _reader()(pixels)
    if found.boxes is None or found.txts is None:
        return []
    told = zip(found.boxes, found.txts, found.scores, strict=True)
    lines = [_line(np.asarray(corners), text, float(score), small.size) for corners, text, score in told]
    return ordered(line for line in lines if line is not None)


def ordered(lines: Iterable[Line]) -> list[Line]:
    """Return lines from top to bottom, and from left to right in a row."""
    return sorted(lines, key=lambda line: (round(line.box[1] / ROW), line.box[0]))


@cache
def _reader() -> Callable[[NDArray[Any]], Any]:
    """Return the models, loaded once in a process, from the package's own files: nothing is ever fetched."""
    import rapidocr

    models = Path(rapidocr.__file__).parent / "models"
    given: dict[str, Any] = {
        "Global.log_level": "critical",
        "Global.use_cls": False,  # for scans lying on their heads
        "Global.text_score": 0.0,
        "Global.max_side_len": MOST_SIDE,
        "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),
        "Det.limit_type": "max",
        "Det.limit_side_len": FIND_SIDE,
        "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
        "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
        "EngineConfig.onnxruntime.inter_op_num_threads": THREADS,
    }
    reader: Callable[[NDArray[Any]], Any] = rapidocr.RapidOCR(params=given)
    return reader


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.convert("RGB")
    backed = Image.new("RGBA", image.size, "white")
    backed.alpha_composite(image)
    return backed.convert("RGB")


def _line(corners: NDArray[Any], text: str, score: float, size: tuple[int, int]) -> Line | None:
    """Return a line from its corners in pixels, shape (4, 2), clockwise; None for what is not type or not read."""
    along, down = corners[1] - corners[0], corners[3] - corners[0]
    length, height = float(np.hypot(*along)), max(1.0, float(np.hypot(*down)))
    off = SLACK * min(length, height)
    (left, top), (right, bottom) = corners.min(axis=0) + off, corners.max(axis=0) - off
    box = _percent((left, top, right, bottom), size)
    is_level = abs(math.atan2(along[1], along[0])) <= LEVEL and length >= 0.6 * height
    words = " ".join(unicodedata.normalize("NFC", text).split())
    if score < LEAST_CONFIDENCE or not _fills(words, max(length, height) / min(length, height)):
        return None
    return Line(box, words, round(score, 2), is_level)


def _fills(words: str, heights: float) -> bool:
    """Whether signs can be all that a line of so many heights says: the models leave out what they cannot read."""
    signs = sum(each.isalnum() for each in words)
    is_ideograph = signs == 1 and any(each.isalnum() and ord(each) > 0x2E80 for each in words)
    return (signs >= LEAST_SIGNS or is_ideograph) and heights <= WIDEST_SIGN * len(words)


def _percent(sides: Box, size: tuple[int, int]) -> Box:
    left, top, right, bottom = np.clip(np.divide(sides, size * 2) * 100, 0, 100).round(1).tolist()
    return left, top, right, bottom
