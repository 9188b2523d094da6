"""What a worker loads and reads for a picture: no more than the job needs, and with the same facts in the end."""

import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from limner.actions.probe import probe, probe_own
from limner.library import sample
from limner.types import Limits

LIGHT = (
    "aspect_change",
    "blur",
    "canvas",
    "composite",
    "copies",
    "filters",
    "probe",
    "qr",
    "stills",
    "turns",
    "worker",
)
"""Modules that pictures pass through whatever is done to them, and those of actions that need Pillow alone."""


@pytest.mark.parametrize("module", LIGHT)
def test_a_plain_picture_action_loads_neither_numpy_nor_ffmpeg(module: str) -> None:
    code = f"import sys, limner.actions.{module}; print(*({{'numpy', 'av'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("suffix", ("jpg", "png", "webp", "gif", "tiff", "bmp"))
def test_the_facts_of_an_own_picture_are_those_of_a_whole_look(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"picture.{suffix}"
    Image.open(sample("coffee.png")).convert("RGB").resize((60, 40)).save(path)
    assert probe_own(path, Limits()) == probe(path, Limits())
    assert (probe_own(path, Limits()).width, probe_own(path, Limits()).height) == (60, 40)


@pytest.mark.parametrize("suffix", ("jpg", "png", "webp"))
def test_a_copied_picture_keeps_the_turn_that_its_notes_ask_for(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"turned.{suffix}"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (60, 40)).save(path, exif=exif)
    assert probe_own(path, Limits()) == probe(path, Limits())
    assert (probe_own(path, Limits()).width, probe_own(path, Limits()).height) == (40, 60)


def test_notes_behind_the_pixels_of_a_png_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "late.png"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (60, 40)).save(path)
    body, end = path.read_bytes()[:-12], path.read_bytes()[-12:]
    path.write_bytes(body + _chunk(b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0")) + end)
    assert probe_own(path, Limits()) == probe(path, Limits())
    assert probe_own(path, Limits()).width == 40


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
