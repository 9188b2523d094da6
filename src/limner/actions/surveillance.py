"""Makes a picture look like a frame of a surveillance camera: its lens, sensor, signal and on-screen type."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from limner.actions.aspect import inner_size
from limner.actions.aspect_change import cut
from limner.actions.backdrop import blurred
from limner.actions.canvas import lay, lay_ink
from limner.actions.fonts import left_out, without_missing
from limner.actions.job import Job, Made
from limner.actions.reframe import best_place
from limner.actions.saliency import saliency
from limner.actions.stills import open_image, save_image
from limner.actions.typeset import fit, ink
from limner.types import Kind

FRAME = (640, 480)
"""The camera's own resolution, VGA; the result is twice that."""
OUTPUT = (1280, 960)
INK = (244, 247, 242, 255)
RED = (226, 38, 30, 255)
MARGIN = 22
TYPE_PX = 19.0

Frame = NDArray[np.float32]
"""Linear in sRGB values, 0 to 1, shape (480, 640, 3)."""


def surveillance_image(job: Job) -> tuple[Made, ...]:
    """Turn a picture into a 4:3 frame of security footage. Equal inputs, parameters and seed: equal bytes."""
    strength = float(job.params["strength"]) / 100
    rng = np.random.default_rng(job.seed)
    frame = soften(framed(open_image(job.path(Kind.IMAGE), job.limits, warn=job.warn)), strength)
    frame = grade(bend(frame, 0.2 * strength), job.params["color"], strength)
    frame = grain(vignette(frame, strength), strength, rng)
    picture = compress(to_image(frame), strength)
    overlay(picture, job)
    lines = interlace(to_frame(picture), strength, rng)
    return (Made(Kind.IMAGE, save_image(display(to_image(lines), strength), job, "surveillance")),)


def framed(image: Image.Image) -> Image.Image:
    """Return the picture cut to the camera's frame around its subject."""
    if image.mode == "RGBA":
        backed = blurred(image, image.size, 100)
        lay(backed, image, (0, 0))
        image = backed
    size = inner_size(image.size, "4:3")
    place, _ = best_place(image, saliency(image), size)
    return cut(image, size, place).resize(FRAME, Image.Resampling.LANCZOS)


def soften(image: Image.Image, strength: float) -> Frame:
    """Return what a small sensor sees: fewer pixels, and the sharpening that cameras add against it."""
    detail = 1 - 0.48 * strength
    small = image.resize((round(FRAME[0] * detail), round(FRAME[1] * detail)), Image.Resampling.BOX)
    halo = ImageFilter.UnsharpMask(radius=1.6, percent=round(110 * strength), threshold=0)
    large = small.filter(halo).resize(FRAME, Image.Resampling.BICUBIC)
    return to_frame(large)


def bend(frame: Frame, amount: float) -> Frame:
    """Return the frame through a wide-angle lens: barrel distortion that leaves dark, rounded corners."""
    height, width = frame.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    across = (columns + 0.5) * 2 / width - 1
    down = ((rows + 0.5) * 2 - height) / width
    pull = (1 + amount * (across**2 + down**2)) / (1 + amount)
    x = (across * pull + 1) * width / 2 - 0.5
    y = (down * pull * width + height) / 2 - 0.5
    outside = np.maximum.reduce([-x, x - (width - 1), -y, y - (height - 1)])
    shade = np.clip(1 - outside / 10, 0, 1)[:, :, None]
    x, y = np.clip(x, 0, width - 1.001), np.clip(y, 0, height - 1.001)
    left, top = x.astype(np.intp), y.astype(np.intp)
    part_x, part_y = (x - left)[:, :, None], (y - top)[:, :, None]
    upper = frame[top, left] * (1 - part_x) + frame[top, left + 1] * part_x
    lower = frame[top + 1, left] * (1 - part_x) + frame[top + 1, left + 1] * part_x
    bent: Frame = (upper * (1 - part_y) + lower * part_y) * shade
    return bent


def grade(frame: Frame, color: str, strength: float) -> Frame:
    """Return the frame in the camera's colours: mono, tint (weak, greenish colour) or night (infrared)."""
    light = (frame @ np.array([0.299, 0.587, 0.114], np.float32))[:, :, None]
    if color == "night":
        height, width = frame.shape[:2]
        rows, columns = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
        lamp = np.exp(-1.6 * (rows**2 * 0.8 + columns**2))[:, :, None]
        lit = np.clip(light**0.75 * (0.32 + 0.95 * lamp), 0, 1)
        graded = lit * np.array([0.80, 1.0, 0.84], np.float32)
    elif color == "tint":
        weak = light + (frame - light) * np.float32(0.42)
        graded = 0.045 + 0.9 * np.clip((weak - 0.5) * 1.06 + 0.5, 0, 1) ** 1.05
        graded = graded * np.array([0.93, 1.02, 0.95], np.float32)
    else:
        curve = 0.04 + 0.92 * np.clip((light - 0.5) * 1.18 + 0.49, 0, 1)
        graded = curve * np.array([0.965, 1.0, 0.985], np.float32)
    mixed: Frame = (frame + (graded - frame) * min(1.0, 0.25 + strength * 1.5)).astype(np.float32)
    return np.clip(mixed, 0, 1)


def vignette(frame: Frame, strength: float) -> Frame:
    """Return the frame darker towards its corners."""
    height, width = frame.shape[:2]
    rows, columns = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    fall = 1 - 0.62 * strength * np.clip((rows**2 + columns**2) / 2 - 0.12, 0, 1) ** 1.3
    dark: Frame = frame * fall[:, :, None]
    return dark


def grain(frame: Frame, strength: float, rng: np.random.Generator) -> Frame:
    """Return the frame with a sensor's noise: smeared along the lines, strongest in the shadows."""
    height, width = frame.shape[:2]
    noise = rng.standard_normal((height, width + 2), dtype=np.float32)
    smeared = (noise[:, :-2] + noise[:, 1:-1] + noise[:, 2:]) / np.float32(1.73)
    rows = rng.standard_normal((height, 1), dtype=np.float32) * np.float32(0.18)
    shadow = 1.15 - 0.75 * frame.mean(axis=2)
    noisy: Frame = frame + (0.055 * strength * shadow * (smeared + rows))[:, :, None].astype(np.float32)
    return np.clip(noisy, 0, 1)


def compress(image: Image.Image, strength: float) -> Image.Image:
    """Return the picture after a recorder's compression, with its 8 x 8 blocks."""
    buffer = io.BytesIO()
    image.save(buffer, format="JPEG", quality=round(78 - 50 * strength), subsampling=2)
    return Image.open(buffer, formats=("JPEG",)).convert("RGB")


def interlace(frame: Frame, strength: float, rng: np.random.Generator) -> Frame:
    """Return the frame woven of two fields: one a little aside, a few lines out of step."""
    height, width = frame.shape[:2]
    aside = np.zeros((height, 1), np.intp)
    aside[1::2] = round(1.4 * strength)
    lines = rng.integers(0, height, round(5 * strength))
    aside[lines, 0] += rng.integers(-4, 5, len(lines))
    columns = np.clip(np.arange(width)[None, :] - aside, 0, width - 1)
    woven: Frame = frame[np.arange(height)[:, None], columns]
    return woven


def display(image: Image.Image, strength: float) -> Image.Image:
    """Return the frame at twice its size with the dark lines of a monitor, and its faint glow."""
    large = image.resize(OUTPUT, Image.Resampling.BICUBIC)
    glow = large.filter(ImageFilter.GaussianBlur(5))
    large = ImageChops.screen(large, glow.point([round(value * 0.10 * strength) for value in range(256)] * 3))
    pixels = np.asarray(large).astype(np.float32)
    pixels[1::2] *= 1 - 0.20 * strength
    return Image.fromarray(np.clip(pixels + 0.5, 0, 255).astype(np.uint8))


def overlay(image: Image.Image, job: Job) -> None:
    """Write the camera's number and place, the recording mark and the time, as recorders burn them in."""
    camera = f"CAM {int(job.params['camera']):02d}"
    label = printable(job, "label")
    write(image, f"{camera}  {label}" if label else camera, ("left", "top"), FRAME[0] - 2 * MARGIN - 110)
    width = write(image, "REC", ("right", "top"), 100)
    dot = Image.new("L", (52, 52))
    ImageDraw.Draw(dot).ellipse((2, 2, 49, 49), fill=255)
    dot = dot.resize((13, 13), Image.Resampling.BOX)
    lay_ink(image, dot, (FRAME[0] - MARGIN - width - 21, MARGIN), RED)
    if time := printable(job, "time"):
        write(image, time, ("left", "bottom"), FRAME[0] - 2 * MARGIN)


def write(image: Image.Image, text: str, corner: tuple[str, str], width: float) -> int:
    """Write one line into a corner, light with a dark edge, and return its width in pixels."""
    block = fit(text, "mono-bold", TYPE_PX, (width, TYPE_PX * 1.2))
    mask = ink(block)
    x = MARGIN if corner[0] == "left" else image.width - MARGIN - mask.width
    y = MARGIN if corner[1] == "top" else image.height - MARGIN - mask.height
    edge = Image.new("L", (mask.width + 4, mask.height + 4))
    edge.paste(mask, (2, 2))
    lay_ink(image, edge.filter(ImageFilter.MaxFilter(3)), (x - 2, y - 2), (0, 0, 0, 190))
    lay_ink(image, mask, (x, y), INK)
    return mask.width


def printable(job: Job, name: str) -> str:
    """Return a text parameter on one line, without what the font lacks; the user is told of that."""
    text, missing = without_missing(" ".join(str(job.params[name]).split()), "mono-bold")
    if missing:
        job.warn(f"params.{name}: {left_out(missing)}")
    return text.strip()


def to_frame(image: Image.Image) -> Frame:
    """Return the picture's values as a frame."""
    frame: Frame = np.asarray(image).astype(np.float32) / np.float32(255)
    return frame


def to_image(frame: Frame) -> Image.Image:
    """Return the frame as an 8-bit picture."""
    return Image.fromarray((np.clip(frame, 0, 1) * 255 + 0.5).astype(np.uint8))
