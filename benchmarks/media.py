"""What the actions are measured on: pictures of 12 megapixels, films of 1080p30 with sound, a sound, a text, looks.

Everything is made from the samples that Limner ships.
"""

from array import array
from collections.abc import Callable, Collection, Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from limner.actions.catalogue import builtin
from limner.actions.job import Given, Job
from limner.actions.worker import load_handler
from limner.library import sample
from limner.types import Kind, Limits

FILM_SECONDS, RATE = 10, 30
SOUND_RATE = 48_000
GREEN = "#00b140"
CUBE = 33
LOOKS: dict[str, tuple[str, dict[str, Any]]] = {
    name: ("color-filter-image", {"filter": name})
    for name in ("sepia", "clarendon", "moon", "nashville", "noir", "fade", "crossprocess", "colorpop")
} | {
    "graded": ("color-grade-image", {"brightness": 10, "contrast": 20, "saturation": 15}),
    "warm": ("color-grade-image", {"brightness": 10, "contrast": 20, "saturation": 15, "warmth": 30}),
}
"""Looks whose cubes plain tools are given, by the action and the parameters that make them."""


def make_media(folder: Path, names: Collection[str]) -> None:
    """Write the inputs of these names, and all looks, into a folder."""
    for name in names:
        MAKERS[name](folder / name)
    for name, (action_id, params) in LOOKS.items():
        make_look(folder, name, action_id, params)


def make_picture(path: Path, name: str, size: tuple[int, int]) -> None:
    """Write a sample as a JPEG of this size."""
    photograph = Image.open(sample(name)).convert("RGB")
    photograph.resize(size, Image.Resampling.LANCZOS).save(path, quality=92)


def make_film(
    path: Path,
    size: tuple[int, int],
    seconds: int,
    change: Callable[[Image.Image, int], Image.Image] | None = None,
) -> None:
    """Write the sample clip, over and over, as H.264 with a tone in AAC. change: of a frame by its number."""
    with av.open(str(sample("bigbuckbunny.mp4"))) as source, av.open(str(path), "w") as target:
        frames = [frame.reformat(*size, "yuv420p") for frame in source.decode(video=0)]
        video: Any = target.add_stream("libx264", rate=RATE, options={"preset": "veryfast", "crf": "20"})
        video.width, video.height = size
        video.pix_fmt = "yuv420p"
        sound: Any = target.add_stream("aac", rate=SOUND_RATE, layout="stereo")
        for number in range(seconds * RATE):
            frame = frames[number % len(frames)]
            if change is not None:
                frame = VideoFrame.from_image(change(frame.to_image(), number)).reformat(format="yuv420p")
            frame.pts, frame.pict_type = number, 0
            frame.time_base = Fraction(1, RATE)
            target.mux(video.encode(frame))
        target.mux(video.encode(None))
        for block in tone(seconds, 440):
            target.mux(sound.encode(block))
        target.mux(sound.encode(None))


@cache
def green_walls(size: tuple[int, int]) -> list[Image.Image]:
    """Return a green wall as a camera sees it in four frames, with noise."""
    plain = Image.new("RGB", size, GREEN)
    noises = [Image.effect_noise(size, 4).convert("RGB") for _ in range(4)]
    return [ImageChops.add(plain, noise, offset=-128) for noise in noises]


def before_green(picture: Image.Image, number: int) -> Image.Image:
    """Return the picture in an oval with a soft edge that wanders over a green wall."""
    width, height = picture.width // 2, picture.height // 2
    mask = Image.new("L", (width, height))
    x = round(width * (0.35 + 0.1 * np.sin(number / 20)))
    ImageDraw.Draw(mask).ellipse((x, 45, x + 400, height - 5), fill=255)
    mask = mask.filter(ImageFilter.BoxBlur(1)).resize(picture.size, Image.Resampling.BILINEAR)
    red, green, blue = picture.split()
    subject = Image.merge("RGB", (green, red, blue))  # the meadow is no longer the colour of the wall
    return Image.composite(subject, green_walls(picture.size)[number % 4], mask)


def make_sound(path: Path, seconds: int) -> None:
    """Write a tone as AAC."""
    with av.open(str(path), "w", format="ipod") as target:
        sound: Any = target.add_stream("aac", rate=SOUND_RATE, layout="stereo")
        for block in tone(seconds, 220):
            target.mux(sound.encode(block))
        target.mux(sound.encode(None))


def tone(seconds: int, hertz: float) -> Iterator[av.AudioFrame]:
    """Return a sine in stereo, in an encoder's blocks."""
    wave = np.sin(np.arange(SOUND_RATE * seconds) / SOUND_RATE * hertz * 2 * np.pi) * 0.3
    for start in range(0, len(wave), 1024):
        samples = np.tile(wave[start : start + 1024].astype(np.float32), (2, 1))
        block = av.AudioFrame.from_ndarray(samples, "fltp", "stereo")
        block.sample_rate, block.pts = SOUND_RATE, start
        yield block


def make_text(path: Path) -> None:
    """Write 900,000 characters in 900 paragraphs."""
    sentence = "The quiet harbour wakes at dawn, and gulls follow the boats. "
    path.write_text("\n\n".join((sentence * 17)[:998] for _ in range(900)), encoding="utf-8")


def make_look(folder: Path, name: str, action_id: str, params: dict[str, Any]) -> None:
    """Write a look as `NAME.cube` for FFmpeg and `NAME.floats` for Pillow, as the action gives it to each colour."""
    steps = np.round(np.linspace(0, 255, CUBE)).astype(np.uint8)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    points = np.stack([red, green, blue], axis=-1).reshape(CUBE, CUBE * CUBE, 3)
    source = folder / f"{name}-colours.png"
    Image.fromarray(points).save(source)
    action = builtin().get(action_id)
    job = Job(
        inputs={Kind.IMAGE: (Given(path=source),)},
        params={**action.defaults(), **params, "format": "png"},
        folder=folder,
        limits=Limits(),
        tell=lambda line: None,
    )
    made = load_handler(action.handler)(job)[0].path
    assert made is not None
    colours = np.asarray(Image.open(made).convert("RGB"), np.float32).reshape(-1, 3) / 255
    made.unlink()
    source.unlink()
    lines = "\n".join(f"{red:.6f} {green:.6f} {blue:.6f}" for red, green, blue in colours.tolist())
    (folder / f"{name}.cube").write_text(f"LUT_3D_SIZE {CUBE}\n{lines}\n", encoding="ascii")
    (folder / f"{name}.floats").write_bytes(array("f", colours.ravel().tolist()).tobytes())


MAKERS: dict[str, Callable[[Path], None]] = {
    "picture.jpg": lambda path: make_picture(path, "coffee.png", (4000, 3000)),
    "portrait.jpg": lambda path: make_picture(path, "chelsea.png", (3000, 4000)),
    "product.jpg": lambda path: make_picture(path, "astronaut.png", (1600, 1600)),
    "film.mp4": lambda path: make_film(path, (1920, 1080), FILM_SECONDS),
    "upright.mp4": lambda path: make_film(path, (1080, 1920), 3),
    "small.mp4": lambda path: make_film(path, (1280, 720), 2),
    "green.mp4": lambda path: make_film(path, (1920, 1080), FILM_SECONDS, before_green),
    "sound.m4a": lambda path: make_sound(path, FILM_SECONDS),
    "text.txt": make_text,
}
