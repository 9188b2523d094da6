"""What a picture is, by its header; and the proof that it decodes."""

import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageSequence

from limner.actions.probe_limits import check_pixels
from limner.errors import InvalidMedia
from limner.types import Limits, MediaInfo

PILLOW_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")
PILLOW_ERRORS = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error)
"""What Pillow's decoders raise on damaged files."""
ORIENTATION_TAG = 0x0112  # Exif 2.3, table 4; values 5 to 8 swap the sides
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
NOTE_CHUNKS = (b"eXIf", b"tEXt", b"zTXt", b"iTXt")
ANIMATION_PIXELS = 1_000_000_000
"""Frames of an animated picture are decoded up to this many pixels, the first one always."""


def probe_picture(path: Path, media_type: str, limits: Limits, field: str, *, is_decoded: bool) -> MediaInfo:
    """Return what a picture's header says, once its frames have been decoded where `is_decoded` asks for it.

    Raises: InvalidMedia, when it is damaged; InvalidInput, when it is over a limit.
    """
    try:
        with _no_pixel_cap(), Image.open(path, formats=PILLOW_FORMATS) as image:
            width, height = image.size
            check_pixels(width, height, limits, field)
            if is_decoded:
                _decode_frames(image)
            # Of a PNG, Pillow decodes the pixels to see what notes follow them.
            is_plain = media_type == "image/png" and not _has_notes(path)
            turned = not is_plain and image.getexif().get(ORIENTATION_TAG, 1) in (5, 6, 7, 8)
    except PILLOW_ERRORS as error:
        name = media_type.removeprefix("image/").upper()
        raise InvalidMedia.of(field, f"the {name} picture is damaged or incomplete: {error}") from error
    if turned:
        width, height = height, width
    return MediaInfo(media_type, path.stat().st_size, width, height)


def _has_notes(path: Path) -> bool:
    """Whether a PNG has a chunk that can hold an orientation: Exif, or a text. Source: PNG 1.2, chapter 3.2."""
    with path.open("rb") as file:
        file.seek(len(PNG_SIGNATURE))
        while len(head := file.read(8)) == 8:
            length, kind = struct.unpack(">I4s", head)
            if kind in NOTE_CHUNKS:
                return True
            file.seek(length + 4, os.SEEK_CUR)
    return False


@contextmanager
def _no_pixel_cap() -> Iterator[None]:
    # Pillow refuses above its own fixed cap before the size can be read; ours is checked right after.
    before, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        yield
    finally:
        Image.MAX_IMAGE_PIXELS = before


def _decode_frames(image: Image.Image) -> None:
    image.load()
    decoded = image.width * image.height
    if not getattr(image, "is_animated", False):
        return
    for frame in ImageSequence.Iterator(image):
        frame.load()
        decoded += frame.width * frame.height
        if decoded > ANIMATION_PIXELS:
            return
