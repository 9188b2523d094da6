"""Checks a logo that is a drawing (SVG): self-contained, without scripts, the same wherever it is drawn."""

import re
from xml.parsers import expat

MOST_ELEMENTS = 5000
MOST_USES = 100
_EMBEDDED = re.compile(r"data:image/(png|jpeg|webp|gif);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_OUTSIDE = re.compile(r"url\(\s*['\"]?\s*(?!#)[^\s'\")]|@import", re.IGNORECASE)
_REFUSED = {
    "script": ("runs a script", "Remove the script."),
    "foreignObject": ("holds a foreign object", "Draw it with SVG's own shapes."),
    "text": (
        "has live text, which looks different where its font is missing",
        "Convert the text to outlines.",
    ),
    "animate": ("is animated", "Keep one state of it."),
    "set": ("is animated", "Keep one state of it."),
    "animateTransform": ("is animated", "Keep one state of it."),
    "animateMotion": ("is animated", "Keep one state of it."),
}


class DrawingError(Exception):
    """A drawing cannot be a logo: why, and what to do."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


def drawing_size(content: bytes) -> tuple[float, float]:
    """Return the width and height that an SVG says it has, in its own units.

    Raises: DrawingError, when it is not well-formed, is not self-contained, or says no size.
    """
    reading = _Reading()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reading.start
    parser.CharacterDataHandler = reading.text
    parser.StartDoctypeDeclHandler = reading.doctype
    parser.ProcessingInstructionHandler = reading.instruction
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise DrawingError(f"is not well-formed: {error}", "Export the drawing again.") from error
    return reading.size()


class _Reading:
    def __init__(self) -> None:
        self._root: dict[str, str] | None = None
        self._elements = 0
        self._uses = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if self._root is None:
            if local != "svg":
                raise DrawingError("is not an SVG drawing", "Export it as SVG or PNG.")
            self._root = attributes
        self._elements += 1
        self._uses += local == "use"
        if self._elements > MOST_ELEMENTS or self._uses > MOST_USES:
            raise DrawingError("is too complex for a logo", "Simplify it, or export it as PNG.")
        if local in _REFUSED:
            raise DrawingError(*_REFUSED[local])
        for key, value in attributes.items():
            _check_attribute(key.rpartition(":")[2], value)

    def text(self, text: str) -> None:
        _check_style(text)

    def doctype(self, *_: object) -> None:
        raise DrawingError("has a DOCTYPE, which can declare entities", "Remove the <!DOCTYPE …> line.")

    def instruction(self, target: str, data: str) -> None:
        raise DrawingError(f"has the instruction <?{target} …?>", "Put styles into the drawing itself.")

    def size(self) -> tuple[float, float]:
        root = self._root or {}
        box = root.get("viewBox", "").replace(",", " ").split()
        sides = [root.get("width", ""), root.get("height", "")]
        if len(box) == 4:
            sides = box[2:]
        try:
            width, height = (float(side.removesuffix("px")) for side in sides)
        except ValueError:
            width = height = 0.0
        if not (0 < width < 1e6 and 0 < height < 1e6 and 1 / 32 <= width / height <= 32):
            raise DrawingError("says no size that a logo can have", 'Add viewBox="0 0 WIDTH HEIGHT".')
        return width, height


def _check_attribute(key: str, value: str) -> None:
    if key.lower().startswith("on"):
        raise DrawingError(f"has the event handler {key}", "Remove it.")
    if key == "href" and not (value.startswith("#") or _EMBEDDED.fullmatch(value)):
        raise DrawingError(f"refers to {value[:60]!r}, outside itself", "Embed what it needs in the file.")
    _check_style(value)


def _check_style(text: str) -> None:
    if found := _OUTSIDE.search(text):
        raise DrawingError(
            f"refers to {text[found.start() : found.start() + 40]!r}, outside itself",
            "Embed what it needs in the file.",
        )
