"""Plain tools that do an action's job: how each is called, with the same file format and encoder settings as ours."""

import shutil
import subprocess
import sys
from pathlib import Path

import limner.library

FONT = Path(limner.library.__file__).parent / "fonts" / "Inter-Bold.ttf"

PILLOW = """
from array import array
from pathlib import Path
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps
def cube(name):
    return ImageFilter.Color3DLUT(33, array("f", (folder / f"{name}.floats").read_bytes()).tolist())
"""
VIPS = """
import pyvips
im = pyvips.Image.new_from_file(str(picture))  # decoded as a whole, for what jumps about in it
rows = pyvips.Image.new_from_file(str(picture), access="sequential")  # row by row, which takes less
identity = pyvips.Image.identity()
"""
OPENCV = """
import cv2, numpy as np
im = cv2.imread(str(picture))
"""
SEGNO = "import segno"
SAVE = {
    ("Pillow", "jpg"): "out.save(target, quality=92, subsampling=0)",
    ("Pillow", "png"): "out.save(target, compress_level=3)",
    ("libvips", "jpg"): "out.write_to_file(target, Q=92, subsample_mode='off')",
    ("libvips", "png"): "out.write_to_file(target, compression=3)",
    ("OpenCV", "jpg"): "cv2.imwrite(target, out, [1, 92, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, 0x111111])",
    ("OpenCV", "png"): "cv2.imwrite(target, out, [cv2.IMWRITE_PNG_COMPRESSION, 3])",
    ("segno", "png"): "out.save(target, scale=24, border=4)",
}
"""How a result `out` is written: JPEG as Limner writes it, or PNG at its level of compression."""
HEADERS = {"Pillow": PILLOW, "libvips": VIPS, "OpenCV": OPENCV, "segno": SEGNO}
MODULES = {"Pillow": "PIL", "libvips": "pyvips", "OpenCV": "cv2", "segno": "segno"}

SOUND = "-c:a aac -b:a 192k"
H264 = (
    "-c:v libx264 -preset veryfast -crf 21 -g 60 -x264-params mbtree=0:sync-lookahead=0 -threads 2 -pix_fmt yuv420p"
    " -movflags +faststart"
)
SETTINGS = {
    "x264": f"{H264} {SOUND}",
    "silent": f"{H264} -an",
    "vp9": (
        "-c:v libvpx-vp9 -crf 24 -b:v 0 -deadline realtime -cpu-used 6 -threads 2 -tile-columns 1 -row-mt 0"
        " -auto-alt-ref 0 -lag-in-frames 0 -g 60 -pix_fmt yuva420p -c:a libopus -b:a 160k"
    ),
    "jpeg": "-pix_fmt yuvj444p -q:v 2",
    "aac": SOUND,
}
"""The settings of Limner's encoders, in FFmpeg's words."""


def python_command(tool: str, code: str, media: Path, out: Path, saved: str) -> list[str]:
    """Return the command of a library: `code` makes `out` of `picture`, `portrait` or `folder`."""
    names = f"""
from pathlib import Path
folder, font, target = Path({str(media)!r}), {str(FONT)!r}, {str(out / f"{tool}.{saved}")!r}
picture, portrait = folder / "picture.jpg", folder / "portrait.jpg"
"""
    return [sys.executable, "-I", "-c", f"{names}{HEADERS[tool]}\n{code}\n{SAVE[tool, saved]}"]


def ffmpeg_command(text: str, media: Path, out: Path) -> list[str]:
    """Return FFmpeg's command; in its words, {film} and the like are replaced after they were split."""
    files = {path.stem: str(path) for path in media.iterdir() if path.suffix not in (".cube", ".floats")}
    words = [word for each in text.split() for word in SETTINGS.get(each.strip("{}"), each).split()]
    filled = [word.format(**files, folder=media, out=out / "ffmpeg") for word in words]
    return ["ffmpeg", "-nostdin", "-y", "-v", "error", *filled]


def command(tool: str, text: str, media: Path, out: Path, saved: str) -> list[str]:
    """Return the command with which a plain tool does a job, its results in the folder `out`."""
    if tool == "ffmpeg":
        return ffmpeg_command(text, media, out)
    return python_command(tool, text, media, out, saved)


def installed_tools() -> frozenset[str]:
    """Return which of the plain tools are here."""
    found = {"ffmpeg"} if shutil.which("ffmpeg") else set()
    for tool, module in MODULES.items():
        done = subprocess.run(
            [sys.executable, "-I", "-c", f"import {module}"], capture_output=True, check=False
        )
        if done.returncode == 0:
            found.add(tool)
    return frozenset(found)
