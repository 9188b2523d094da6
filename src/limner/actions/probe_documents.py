"""What a text or a drawing is: one in UTF-8, the other well-formed and without entities."""

from pathlib import Path
from xml.parsers import expat

from limner.actions.guise import as_text
from limner.actions.probe_limits import check_pixels
from limner.errors import InvalidMedia
from limner.types import Limits, MediaInfo


def probe_text(path: Path, field: str) -> MediaInfo:
    """Return what a plain text is.

    Raises: InvalidMedia, when it is not UTF-8 throughout.
    """
    if as_text(path.read_bytes()) is None:
        raise InvalidMedia.of(field, "starts like plain text but is not UTF-8 text throughout")
    return MediaInfo("text/plain", path.stat().st_size)


def probe_drawing(path: Path, limits: Limits, field: str) -> MediaInfo:
    """Check that an SVG is well-formed and declares no entities, and read its size in pixels."""
    root: dict[str, str] = {}
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        if not root:
            root.update({"": name, **attributes})

    def refuse(*_: object) -> None:
        raise InvalidMedia.of(field, "the SVG declares entities, which are not accepted")

    parser.StartElementHandler = start
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(path.read_bytes(), True)
    except expat.ExpatError as error:
        raise InvalidMedia.of(field, f"the SVG is not well-formed: {error}") from error
    width, height = _drawing_size(root)
    check_pixels(width or 0, height or 0, limits, field)
    return MediaInfo("image/svg+xml", path.stat().st_size, width, height)


def _drawing_size(root: dict[str, str]) -> tuple[int | None, int | None]:
    box = root.get("viewBox", "").replace(",", " ").split()
    sides = [root.get("width", ""), root.get("height", "")]
    try:
        if not all(side and not side.endswith("%") for side in sides):
            sides = box[2:4]
        width, height = (round(float(side.removesuffix("px"))) for side in sides)
    except (ValueError, OverflowError):
        return None, None
    return (width, height) if width > 0 and height > 0 else (None, None)
