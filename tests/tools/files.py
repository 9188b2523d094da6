"""Files that a user might send by mistake, or with bad intent."""

import struct
import zlib
from pathlib import Path

from .hosts import COFFEE


def truncated_jpeg(folder: Path) -> Path:
    """Return a JPEG that ends in the middle."""
    from PIL import Image

    whole, cut = folder / "whole.jpg", folder / "cut.jpg"
    with Image.open(COFFEE) as picture:
        picture.convert("RGB").save(whole)
    data = whole.read_bytes()
    cut.write_bytes(data[: len(data) // 3])
    return cut


def png_bomb(folder: Path) -> Path:
    """Return a small PNG that says it is 60,000 × 60,000, and holds the first rows of it."""
    size = 60_000
    packed = zlib.compress(bytes((size // 8 + 1) * 600))
    header = struct.pack(">IIBBBBB", size, size, 1, 0, 0, 0, 0)
    path = folder / "bomb.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")
    )
    return path


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
