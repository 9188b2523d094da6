"""The pictures of a kit: found beside it and nowhere else, bounded, and named by their content."""

import hashlib
import os
import stat
from pathlib import Path, PurePosixPath

from limner.authored.report import Place, Report
from limner.brands.drawing import DrawingError, drawing_size
from limner.errors import NotFound
from limner.sniff import sniff
from limner.types import BrandFile, Json

MOST_DRAWING_BYTES = 256 * 1024
MOST_PICTURE_BYTES = 2_000_000
LOGO_TYPES = ("image/svg+xml", "image/png")
REFERENCE_TYPES = ("image/jpeg", "image/png", "image/webp")
MOST_LOGO_PX = 8192


class _RefusedError(Exception):
    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


def read_files(content: Json, folder: Path, report: Report) -> tuple[BrandFile, ...]:
    """Return a kit's files and replace, in its content, each file's name by what its bytes say.

    Notes a file that is not there, stands outside the kit's folder, is too large or of another type.
    """
    files: list[BrandFile] = []
    logo: Json | None = content.get("logo")
    if logo and logo["file"]:
        files += _read_one(logo, ("logo",), "logo", folder, report)
    for index, reference in enumerate(content.get("references", ())):
        if reference["file"]:
            files += _read_one(reference, ("references", index), f"references[{index}]", folder, report)
    return tuple(files)


def _read_one(said: Json, place: Place, field: str, folder: Path, report: Report) -> list[BrandFile]:
    name = said.pop("file")
    is_logo = field == "logo"
    try:
        path = _path_of(name, folder)
        data = read_bounded(path, MOST_PICTURE_BYTES)
        media_type = _type_of(data, LOGO_TYPES if is_logo else REFERENCE_TYPES)
        if is_logo:
            said["width"], said["height"] = _logo_size(data, media_type)
    except (_RefusedError, DrawingError) as error:
        report.add((*place, "file"), f"{field}.file: {name[:80]!r} {error.problem}.", error.remedy)
        return []
    sha256 = hashlib.sha256(data).hexdigest()
    said |= {"media_type": media_type, "sha256": sha256, "size_bytes": len(data)}
    return [BrandFile(field, sha256, media_type, len(data), path)]


def _path_of(name: str, folder: Path) -> Path:
    """Return where a file beside the kit is. Links are followed first: what counts is where they lead."""
    pure = PurePosixPath(name)
    remedy = "Put the file beside the kit, and write its name alone."
    if pure.is_absolute() or ".." in pure.parts or "\\" in name or ":" in name or "\0" in name:
        raise _RefusedError("is outside the kit's folder", remedy)
    try:
        path = (folder / pure).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise _RefusedError("leads outside the kit's folder", remedy)
    except (OSError, RuntimeError, ValueError) as error:
        raise _RefusedError(f"cannot be found: {error}", remedy) from error
    return path


def read_bounded(path: Path, most: int) -> bytes:
    """Return a regular file's bytes; a pipe or a device is refused before it can block."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise _RefusedError("is not a regular file", "Name a picture.")
            data = file.read(most + 1)
    except OSError as error:
        remedy = "Put the file beside the kit, or correct its name."
        raise _RefusedError(f"cannot be read: {error.strerror}", remedy) from error
    if len(data) > most:
        raise _RefusedError(f"is over {most // 1_000_000} MB", "Save a smaller copy for the kit.")
    return data


def _type_of(data: bytes, known: tuple[str, ...]) -> str:
    media_type = sniff(data[:4096])
    if media_type not in known:
        names = ", ".join(each.partition("/")[2].removesuffix("+xml").upper() for each in known)
        given = media_type or "no picture"
        raise _RefusedError(f"is {given}", f"Use one of: {names}.")
    return media_type


def _logo_size(data: bytes, media_type: str) -> tuple[float, float]:
    if media_type == "image/png":
        # Source: PNG (ISO/IEC 15948) 11.2.2: IHDR is the first chunk, width and height its first eight bytes.
        width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
        if not (data[12:16] == b"IHDR" and 0 < width <= MOST_LOGO_PX and 0 < height <= MOST_LOGO_PX):
            raise _RefusedError(f"is not a PNG of at most {MOST_LOGO_PX} pixels a side", "Export it again.")
        return width, height
    if len(data) > MOST_DRAWING_BYTES:
        raise _RefusedError(f"is over {MOST_DRAWING_BYTES // 1024} KB", "Simplify it, or export it as PNG.")
    return drawing_size(data)


def read_media(file: BrandFile) -> bytes:
    """Return a file's content as it was when the kit was read. Raises: NotFound, when it has changed since."""
    way_out = "Call again: the kit is read anew."
    if file.path is None:
        raise NotFound(f"The file of {file.field} is not kept.", next_step="Use the kit's present revision.")
    try:
        data = read_bounded(file.path, MOST_PICTURE_BYTES)
    except _RefusedError as error:
        raise NotFound(f"{file.field}: {file.path.name} {error.problem}.", next_step=way_out) from error
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise NotFound(f"{file.field}: {file.path.name} has just changed.", next_step=way_out)
    return data
