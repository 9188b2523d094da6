"""Finds a person with the models of the extra `vision`: a face, and what of the picture belongs to whoever has it.

Source: MediaPipe face detection, short range (BlazeFace), and selfie segmentation, Apache-2.0; see `library/models`.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from limner.actions.colour_spaces import Floats, to_unit
from limner.library import model_folder

LEAST_FACE = 0.8
"""Surer than this of a face. A portrait gives 0.92, half a face 0.84; cats, cups and text to 0.6, a cartoon to 0.78."""
FACE_SIDE, MATTE_SIDE = 128, 256
"""The sides of the square pictures that the models take, in pixels."""
WIDE, MOST_SQUARES = 1.2, 5
"""From this ratio of the sides on squares along the longer side are looked at too, at most so many."""
LEAST_PERSON = 0.5
"""How much a place must be a person's to count as theirs."""
LEVELS = ((16, 2), (8, 6))
"""Cells to a side, and guesses in each cell, of the face model. Source: its anchors, ssd_anchors_calculator."""


Point = tuple[float, float]


class Person(NamedTuple):
    """Where the middle of the face is, x and y from 0 to 1, and how much each place is a person's, 0 to 1."""

    face: Point
    mask: Floats


def find_person(image: Image.Image, shape: tuple[int, int], focus: Point | None = None) -> Person | None:
    """Return the person with the surest face; None where there is none, or the focus is on something else.

    shape: rows and columns of the mask, in the picture's ratio. People who are so small or so far turned away that no
    face is found count as none. Both models take 0.1 s and 0.1 GB.
    """
    face, confidence = find_face(image)
    if confidence < LEAST_FACE:
        return None
    small = image.convert("RGB").resize((MATTE_SIDE, MATTE_SIDE), Image.Resampling.BOX)
    (matte,) = _run("selfie_segmentation.tflite", to_unit(np.asarray(small)))
    whole = Image.fromarray(np.clip(matte[0, ..., 0], 0, 1).astype(np.float32))
    mask = np.asarray(whole.resize(shape[::-1], Image.Resampling.BILINEAR), np.float32)
    if any(_at(mask, place) < LEAST_PERSON for place in (face, focus or face)):
        return None
    return Person(face, mask)


def _at(mask: Floats, place: Point) -> float:
    row, column = (
        min(side - 1, max(0, int(part * side))) for part, side in zip(place[::-1], mask.shape, strict=True)
    )
    return float(mask[row, column])


def find_face(image: Image.Image) -> tuple[Point, float]:
    """Return the middle of what looks most like a face, x and y from 0 to 1, and how sure that is, 0 to 1.

    Looks at the whole picture and at squares along its longer side: faces narrower than a seventh of what is looked at
    are not sure any more.
    """
    return max((_face_in(image, window) for window in _windows(image.size)), key=lambda found: found[1])


def _windows(size: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    """Return the squares to look at, in pixels; the first is around the whole picture, and reaches out of it."""
    (width, height), longest, shortest = size, max(size), min(size)
    left, top = (width - longest) // 2, (height - longest) // 2
    around = (left, top, left + longest, top + longest)
    if longest < WIDE * shortest or shortest < FACE_SIDE:
        return [around]
    count = min(MOST_SQUARES, -(-2 * longest // shortest) - 1)
    starts = [round(number * (longest - shortest) / (count - 1)) for number in range(count)]
    squares = [(start, 0) if width > height else (0, start) for start in starts]
    return [around, *((x, y, x + shortest, y + shortest) for x, y in squares)]


def _face_in(image: Image.Image, window: tuple[int, int, int, int]) -> tuple[Point, float]:
    part = image.crop(window).convert("RGB")
    square = part.resize((FACE_SIDE, FACE_SIDE), Image.Resampling.BOX, reducing_gap=3.0)
    places, odds = _run("face_detection_short_range.tflite", to_unit(np.asarray(square)) * 2 - 1)
    best = int(odds[0, :, 0].argmax())
    confidence = 1 / (1 + np.exp(-np.clip(float(odds[0, best, 0]), -80, 80)))
    x, y = (_anchors()[best] + places[0, best, :2] / FACE_SIDE) * (window[2] - window[0])
    return ((window[0] + float(x)) / image.width, (window[1] + float(y)) / image.height), float(confidence)


def _anchors() -> Floats:
    """Return where the guesses of the face model start from, in parts of the square, shape (896, 2)."""
    found = []
    for cells, guesses in LEVELS:
        middles = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        grid = np.stack(np.meshgrid(middles, middles), axis=-1).reshape(-1, 2)
        found.append(np.repeat(grid, guesses, axis=0))
    return np.concatenate(found)


def _run(name: str, pixels: Floats) -> list[NDArray[Any]]:
    """Return what a model makes of a picture, shape (height, width, 3), in the order of its outputs."""
    model = _model(name)
    model.set_tensor(model.get_input_details()[0]["index"], pixels[None].astype(np.float32))
    model.invoke()
    return [model.get_tensor(each["index"]) for each in model.get_output_details()]


@cache
def _model(name: str) -> Any:
    """Return a model, loaded once in a process; one thread, so that sums are always made in one order."""
    from ai_edge_litert.interpreter import Interpreter

    model = Interpreter(model_path=str(model_folder() / name), num_threads=1)
    model.allocate_tensors()
    return model
