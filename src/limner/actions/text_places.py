"""Where words go in a picture, as people write it: a number, four sides or the old words; a bar; the new words."""

import json
from collections.abc import Sequence

from PIL import Image

from limner.actions import ocr_extra
from limner.actions.reading import Line
from limner.actions.text_lines import Place, lines_in, places_that_say
from limner.errors import InvalidInput

WAY = (
    "Give `number | words` or `left top right bottom | words` in percent of the picture, "
    "as in `10 5 60 12 | Guten Morgen`."
)
BY_WORDS = "Give the words that stand there as in `Good morning | Guten Morgen`; find-text-boxes lists them. "
WITHOUT = f" Boxes can be named by their words where the operator has installed {ocr_extra.EXTRA}."
MOST_LISTED = 8


class Places:
    """The lines of one picture, looked for when they are first asked for."""

    def __init__(self, image: Image.Image) -> None:
        self._image = image
        self._lines: list[Line] | None = None

    @property
    def lines(self) -> list[Line]:
        """The lines, from top to bottom."""
        if self._lines is None:
            self._lines = lines_in(self._image)
        return self._lines

    def of(self, text: str, number: int) -> tuple[list[Place], str]:
        """Return the places that a text means, and the words that go there.

        text: place, bar, words; or {"box": number, sides or words, "text": words} as JSON. number: which input it is.
        Raises: InvalidInput, when it is neither, or means nothing in this picture.
        """
        place, words = _parts(text, number)
        if isinstance(place, str):
            return self._saying(place, number), words
        if len(place) == 1:
            return [_numbered(place[0], self.lines, number)], words
        return [_box(place, number)], words

    def _saying(self, words: str, number: int) -> list[Place]:
        if places := places_that_say(words, self.lines):
            return places
        read = [line.text for line in self.lines if line.text][:MOST_LISTED]
        listed = "; ".join(read) or "nothing"
        problem = f"is not read in the picture; read there: {listed}"
        raise InvalidInput.of(f"inputs.text[{number}]", f"{words[:50]!r} {problem}", next_step=WAY)


def _parts(text: str, number: int) -> tuple[list[float] | str, str]:
    """Return what stands before the bar, numbers or words, and the words behind it."""
    if text.lstrip().startswith("{"):
        try:
            value = json.loads(text)
            box, words = value["box"], str(value["text"])
            if isinstance(box, str):
                return _named(box, text, number), words
            return [float(each) for each in (box if isinstance(box, list) else [box])], words
        except (ValueError, KeyError, TypeError) as error:
            raise _bad(number, text, "is not a box and its text") from error
    place, bar, words = text.partition("|")
    if not bar:
        raise _bad(number, text, "has no numbers or words before the bar")
    try:
        numbers = [float(each) for each in place.replace(",", " ").split()]
    except ValueError:
        return _named(place, text, number), words.strip()
    if len(numbers) not in (1, 4):
        raise _bad(number, text, "is not a box, a bar and words")
    return numbers, words.strip()


def _named(place: str, text: str, number: int) -> str:
    if not ocr_extra.is_installed():
        raise _bad(number, text, "has no numbers before the bar")
    return place.strip()


def _bad(number: int, text: str, problem: str) -> InvalidInput:
    way = f"{BY_WORDS}{WAY}" if ocr_extra.is_installed() else f"{WAY}{WITHOUT}"
    return InvalidInput.of(f"inputs.text[{number}]", f"{text[:50]!r} {problem}", next_step=way)


def _numbered(wanted: float, found: Sequence[Line], number: int) -> Place:
    if wanted != int(wanted) or not 1 <= wanted <= len(found):
        raise _bad(number, f"{wanted:g}", f"is no box: {len(found)} were found in the picture")
    return Place(found[int(wanted) - 1].box)


def _box(sides: list[float], number: int) -> Place:
    if len(sides) != 4 or not (0 <= sides[0] < sides[2] <= 100 and 0 <= sides[1] < sides[3] <= 100):
        raise _bad(number, " ".join(f"{side:g}" for side in sides), "is no box within the picture")
    return Place((sides[0], sides[1], sides[2], sides[3]))
