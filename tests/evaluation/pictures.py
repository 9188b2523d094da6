"""Pictures to measure, made in memory, and what the worker says of them."""

import json
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from limner.actions.job import Given, Job
from limner.actions.measure import outputs
from limner.library import brand_folder, font_folder
from limner.types import Json, Kind, Limits

LINEN, SAGE, FOREST, CLAY = "#efe8dc", "#9caf88", "#2f3b35", "#c6866b"
HOMESTEAD = [LINEN, SAGE, FOREST, CLAY, "#d9b382"]
LOGO = brand_folder() / "homestead" / "logo.svg"


def plain(color: str = LINEN, size: tuple[int, int] = (800, 800)) -> Image.Image:
    """Return one colour."""
    return Image.new("RGB", size, color)


def layout(paper: str, primary: str, ink: str) -> Image.Image:
    """Return half paper, a shape, and three lines of type."""
    image = plain(paper)
    ImageDraw.Draw(image).rectangle((0, 0, 800, 300), fill=primary)
    return lettered(image, ink)


def lettered(image: Image.Image, ink: str, pixels: int = 56) -> Image.Image:
    """Return a picture with three lines of type."""
    font = ImageFont.truetype(str(font_folder() / "Inter-SemiBold.ttf"), pixels)
    lines = "Made by hand slowly\nfrom wood and linen\nfor quiet rooms"
    ImageDraw.Draw(image).multiline_text((60, 400), lines, fill=ink, font=font, spacing=20)
    return image


def measured(
    folder: Path,
    image: Image.Image | Path,
    *criteria: str,
    kind: Kind = Kind.IMAGE,
    logo: Path | None = LOGO,
    **more: Any,
) -> Json:
    """Return what the worker's code measures of a picture, or of a file."""
    path = image if isinstance(image, Path) else folder / "picture.png"
    if not isinstance(image, Path):
        image.save(path)
    inputs = {kind: (Given(path=path),)}
    if logo is not None:
        inputs[Kind.DOCUMENT] = (Given(path=logo),)
    params = {"criteria": list(criteria), "palette": HOMESTEAD, "grounds": HOMESTEAD[:3], **more}
    (made,) = outputs(Job(inputs, params, folder, Limits()))
    found: Json = json.loads(made.text or "")
    return found


def tone(path: Path, level: float, seconds: float = 4.0) -> Path:
    """Write a WAV of 997 Hz on both sides, `level` its peak, 0 to 1."""
    times = np.arange(int(48_000 * seconds)) / 48_000
    wave = (np.sin(2 * np.pi * 997 * times) * level).astype(np.float32)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_f32le", rate=48_000, layout="stereo")
        frame = av.AudioFrame.from_ndarray(np.repeat(wave, 2)[None], format="flt", layout="stereo")
        frame.sample_rate = 48_000
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return path
