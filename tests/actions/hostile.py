"""Two hundred malformed or hostile files, the same ones at every run: made from a seed."""

import io
import random
import struct
import wave
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

SEED = 20261122
COUNT = 200
SECRET = "the words of another file"


def make_all(folder: Path, film: bytes) -> list[Path]:
    """Write the files below `folder` and return them; `film` is a sound MP4 to spoil."""
    chance = random.Random(SEED)
    (folder / "secret.txt").write_text(SECRET)
    (folder / "inner.mp4").write_bytes(film)
    made: list[Path] = []
    for name, content in [*_disguises(folder), *_bombs()]:
        path = folder / name
        path.write_bytes(content)
        made.append(path)
    whole = _whole_files(film)
    spoilers: tuple[Callable[[random.Random, bytes], bytes], ...] = (_cut_off, _flip, _overwrite, _swap)
    while len(made) < COUNT:
        suffix, content = chance.choice(whole)
        spoil = chance.choice(spoilers)
        wrong = chance.choice((suffix, suffix, ".mp4", ".jpg", ".png", ""))
        path = folder / f"{len(made):03d}-{spoil.__name__.strip('_')}{wrong}"
        path.write_bytes(spoil(chance, content))
        made.append(path)
    return made


def _whole_files(film: bytes) -> list[tuple[str, bytes]]:
    pixels = np.random.default_rng(SEED).integers(0, 255, (48, 64, 3), np.uint8)
    picture = Image.fromarray(pixels).resize((96, 72))
    files = [(".mp4", film), (".wav", _tone())]
    for form, suffix in (
        ("PNG", ".png"),
        ("JPEG", ".jpg"),
        ("WEBP", ".webp"),
        ("GIF", ".gif"),
        ("TIFF", ".tiff"),
        ("BMP", ".bmp"),
        ("AVIF", ".avif"),
    ):
        buffer = io.BytesIO()
        picture.save(buffer, form)
        files.append((suffix, buffer.getvalue()))
    return files


def _tone() -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes((np.sin(np.arange(4000) / 5) * 9000).astype("<i2").tobytes())
    return buffer.getvalue()


def _disguises(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield files that are not what their name says, or that point to other files."""
    secret, inner = folder / "secret.txt", folder / "inner.mp4"
    yield "empty.png", b""
    yield "empty.mp4", b""
    yield "text.mp4", b"this is no film\n" * 40
    yield "page.jpg", b"<!doctype html><html><body>no picture</body></html>"
    yield "concat.mp4", f"ffconcat version 1.0\nfile {inner.name}\n".encode()
    yield "concat-absolute.mp4", f"ffconcat version 1.0\nfile {inner}\n".encode()
    hls = f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{inner.name}\n#EXT-X-ENDLIST\n"
    yield "list.mp4", hls.encode()
    yield "list.m3u8", hls.encode()
    yield "remote.mp4", hls.replace(inner.name, "http://127.0.0.1:9/a.ts").encode()
    head = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">'
    yield "reference.png", f'{head}<image href="{secret}" width="9" height="9"/></svg>'.encode()
    entity = f'<!DOCTYPE s [<!ENTITY x SYSTEM "file://{secret}">]>{head}<text>&x;</text></svg>'
    yield "entity.svg", entity.encode()
    yield "script.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n"
    yield "script.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n"
    yield "archive.mp4", b"PK\x03\x04" + bytes(60)
    yield "zeros.png", bytes(5000)
    yield "zeros.mp4", bytes(5000)


def _bombs() -> Iterator[tuple[str, bytes]]:
    """Yield small files that claim to be huge."""
    yield "bomb-60000.png", _png(60_000, 60_000)
    yield "bomb-wide.png", _png(2_000_000_000, 2)
    yield "bomb.gif", b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0x80, 0, 0) + bytes(6) + b";"
    yield (
        "bomb.bmp",
        b"BM" + struct.pack("<IHHIIiiHHIIiiII", 60, 0, 0, 54, 40, 60000, 60000, 1, 24, 0, 0, 1, 1, 0, 0),
    )
    tiff = b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", 2)
    tiff += struct.pack("<HHII", 256, 4, 1, 70_000) + struct.pack("<HHII", 257, 4, 1, 70_000) + bytes(4)
    yield "bomb.tiff", tiff


def _png(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(9000)))
        + chunk(b"IEND", b"")
    )


def _cut_off(chance: random.Random, content: bytes) -> bytes:
    return content[: chance.randrange(1, len(content))]


def _flip(chance: random.Random, content: bytes) -> bytes:
    spoiled = bytearray(content)
    for _ in range(chance.choice((1, 8, 64))):
        spoiled[chance.randrange(len(spoiled))] ^= 1 << chance.randrange(8)
    return bytes(spoiled)


def _overwrite(chance: random.Random, content: bytes) -> bytes:
    start, length = chance.randrange(len(content)), chance.choice((4, 40, 400))
    return content[:start] + chance.randbytes(length) + content[start + length :]


def _swap(chance: random.Random, content: bytes) -> bytes:
    middle = chance.randrange(1, len(content))
    return content[middle:] + content[:middle]
