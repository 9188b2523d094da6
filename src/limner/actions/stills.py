"""The one way a still picture is opened, and written: checked, upright, sRGB, 8 bit, without metadata."""

import re
import struct
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import ExifTags, Image, ImageColor, ImageFile, ImageOps, features

from limner.actions.job import Job, over_limit
from limner.actions.stills_png import write_png
from limner.errors import InvalidInput, InvalidMedia
from limner.types import Limits

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")
"""What we decode. Without this list Pillow would hand EPS files to Ghostscript."""

MOVING = ("GIF", "WEBP", "PNG", "AVIF")
"""Those that can hold an animation. A JPEG's further pictures are previews, a TIFF's are pages."""

UNDECODABLE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    OverflowError,
    RuntimeError,  # AVIF
    struct.error,
)
"""What Pillow's decoders raise on files that are cut off or forged."""

MOST_SIDE = {"jpeg": 65_500, "webp": 16_383}
"""What libjpeg and libwebp can write, in pixels a side."""
SUFFIXES = {"jpeg": "jpg", "png": "png", "webp": "webp"}
DEFAULT_QUALITY = 92

RGBA = tuple[int, int, int, int]

_HEX = re.compile(r"#?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)


def open_image(
    path: Path,
    limits: Limits,
    field: str = "inputs.image",
    *,
    warn: Callable[[str], None] | None = None,
    enough: int | None = None,
) -> Image.Image:
    """Return a picture in mode RGB, or RGBA where it has see-through pixels; sRGB, upright, first frame.

    warn: who is told when the picture has more frames. enough: a JPEG may be decoded smaller, by halves, as long as
    both sides keep so many pixels.
    Raises: InvalidMedia, naming `field`, when the file does not decode; InvalidInput, when it has more
    pixels than `limits` allows, before any pixel is decoded.
    """
    with _own_judgement():
        try:
            image = Image.open(path, formats=FORMATS)
        except UNDECODABLE as error:
            raise _undecodable(path, field) from error
        with image:
            check_pixels(image.size, limits, field)
            if enough is not None:
                image.draft(None, (enough, enough))
            _in_four_bytes(image)
            try:
                image.load()
            except UNDECODABLE as error:
                raise _undecodable(path, field) from error
            if warn is not None and image.format in MOVING:
                _tell_of_motion(path, image.format, field, warn)
            return _eight_bit_srgb(_upright(image))


def _tell_of_motion(path: Path, kind: str, field: str, warn: Callable[[str], None]) -> None:
    """Warn of the frames of an animation that are not used. Counted in a file of its own: counting moves on in it."""
    try:
        with Image.open(path, formats=(kind,)) as film:
            frames = getattr(film, "n_frames", 1)
    except UNDECODABLE:
        return  # the frame that is used has been decoded; what follows it does not matter
    if frames > 1:
        way_out = "give it to a video action" if kind == "GIF" else "give a video action a GIF or an MP4"
        warn(f"{field}: has {frames} frames; the first one is used. To keep its motion, {way_out}.")


def check_pixels(size: tuple[int, int], limits: Limits, field: str) -> None:
    """Check a picture's width and height against the limit, before it is decoded or made.

    Raises: InvalidInput, naming `field`, the limit and the setting that moves it.
    """
    width, height = size
    if width * height > limits.max_pixels:
        what = f"the picture is {width} x {height}; its number of pixels"
        raise over_limit(field, what, width * height, limits.max_pixels, "LIMNER_MAX_PIXELS")


def save_image(image: Image.Image, job: Job, name: str, *, graphic: bool = False) -> Path:
    """Write a result into the job's folder and return its path: `name`, given without suffix, and one that fits.

    image: mode RGB or RGBA, or L where there is no colour, which is three times as fast to write.
    The parameter `format` decides; `auto`, or none: JPEG for opaque photographs; PNG with transparency, or when
    `graphic` says that the picture has flat areas, type, or pixels that must stay exact. `quality` is 1 to 100,
    for JPEG and WebP (100: WebP without loss). Equal pixels and parameters give equal bytes.
    Raises: InvalidInput, when the picture is too large for the format asked for.
    """
    if image.mode == "RGBA" and not _has_transparency(image):
        image = image.convert("RGB")
    kind = job.params.get("format", "auto")
    if kind == "auto":
        kind = "png" if graphic or image.mode == "RGBA" or max(image.size) > MOST_SIDE["jpeg"] else "jpeg"
    if max(image.size) > MOST_SIDE.get(kind, max(image.size)):
        problem = f"{kind} holds at most {MOST_SIDE[kind]} pixels a side, the picture has {max(image.size)}"
        raise InvalidInput.of("params.format", problem, next_step="Ask for png.")
    if kind == "jpeg" and image.mode == "RGBA":
        job.warn(
            "JPEG has no transparency: what was see-through is white now. Ask for png or webp to keep it."
        )
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    path = job.new_file(f"{name}.{SUFFIXES[kind]}")
    image.info = {}
    _write(image, path, kind, int(job.params.get("quality", DEFAULT_QUALITY)))
    return path


def _write(image: Image.Image, path: Path, kind: str, quality: int) -> None:
    match kind:
        case "jpeg":
            image.save(path, format="JPEG", quality=quality, subsampling=0)
        case "webp":
            image.save(path, format="WEBP", quality=quality, lossless=quality == 100, exact=True, method=2)
        case _:
            write_png(image, path)


def parse_color(text: str, field: str) -> RGBA:
    """Return red, green, blue and alpha, 0 to 255.

    text: #rgb, #rgba, #rrggbb, #rrggbbaa, a CSS colour name, or transparent.
    Raises: InvalidInput, naming `field`.
    """
    word = text.strip().lower()
    if word == "transparent":
        return (0, 0, 0, 0)
    if match := _HEX.fullmatch(word):
        digits = match[1] if len(match[1]) > 4 else "".join(digit * 2 for digit in match[1])
        red, green, blue, alpha = bytes.fromhex(digits.ljust(8, "f"))
        return (red, green, blue, alpha)
    if word in ImageColor.colormap:
        return (*ImageColor.getrgb(word)[:3], 255)
    raise InvalidInput.of(
        field,
        f"{text[:40]!r} is not a colour",
        next_step="Use #rgb, #rrggbb, #rrggbbaa, a CSS colour name such as teal, or transparent.",
    )


def _in_four_bytes(image: ImageFile.ImageFile) -> None:
    """Have a JPEG decoded to pixels of four bytes, as Pillow holds them: the same ones, in a sixth less time."""
    if image.format == "JPEG" and image.mode == "RGB" and features.check_feature("libjpeg_turbo"):
        image.tile = [part._replace(args=("RGBX", "")) for part in image.tile]


@contextmanager
def _own_judgement() -> Iterator[None]:
    """Replace Pillow's fixed limit of pixels by `check_pixels`, and its warnings about oddities by silence."""
    before, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            yield
    finally:
        Image.MAX_IMAGE_PIXELS = before


def _undecodable(path: Path, field: str) -> InvalidMedia:
    formats = ", ".join(FORMATS)
    return InvalidMedia.of(
        field,
        f"{path.name!r} does not decode as a picture; it is damaged, cut off, or of another format",
        next_step=f"Send a picture that opens in a viewer, in one of: {formats}.",
    )


def _upright(image: Image.Image) -> Image.Image:
    """Apply the orientation that the camera noted; a broken note is no reason to refuse a picture."""
    try:
        if image.getexif().get(ExifTags.Base.Orientation, 1) == 1:
            return image  # exif_transpose would return a copy
        return ImageOps.exif_transpose(image)
    except UNDECODABLE:
        return image


def _eight_bit_srgb(image: Image.Image) -> Image.Image:
    """Return the picture in mode RGB, or RGBA where it has transparency, and its colours in sRGB."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I") or image.mode == "F":
        image = _from_deep_grey(image)
    alpha = _alpha(image)
    if image.mode in ("P", "PA", "RGBA", "RGBa", "1", "YCbCr", "HSV", "RGBX"):
        image = _in_mode(image, "RGBA" if alpha else "RGB")
        image = _in_mode(image, "RGB")
    elif image.mode in ("LA", "La"):
        image = image.convert("LA").getchannel("L")
    image = _to_srgb(image, profile)
    if alpha is not None:
        image.putalpha(alpha)
    image.info = {}
    return image


def _in_mode(image: Image.Image, mode: str) -> Image.Image:
    """Return the picture in a mode; itself, not a copy, where it is in it and its pixels are its own."""
    return image if image.mode == mode and not image.readonly else image.convert(mode)


def _alpha(image: Image.Image) -> Image.Image | None:
    """Return the transparency as its own picture, or None where every pixel is opaque."""
    if not image.has_transparency_data:
        return None
    alpha = _in_mode(image, "RGBA").getchannel("A")
    return None if alpha.getextrema() == (255, 255) else alpha


def _has_transparency(image: Image.Image) -> bool:
    return image.getchannel("A").getextrema() != (255, 255)


def _from_deep_grey(image: Image.Image) -> Image.Image:
    """Return 8 bits of grey from 16 or 32 bits, or floats; the mode or the brightest value tells white."""
    import numpy as np  # takes as long to load as a photograph takes to decode, and few pictures need it

    values = np.nan_to_num(np.asarray(image).astype(np.float32))
    top = float(values.max(initial=0.0))
    if image.mode.startswith("I;16"):
        white = 65535.0
    else:
        whites = (1.0, 255.0, 65535.0) if image.mode == "F" else (255.0, 65535.0)
        white = next((white for white in whites if top <= white), max(top, 1.0))
    return Image.fromarray(np.clip(values * (255.0 / white) + 0.5, 0, 255).astype(np.uint8))


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert L, RGB, CMYK or LAB to RGB through its colour profile; without a usable one, directly."""
    if profile or image.mode == "LAB":
        from limner.actions.stills_profile import through_profile  # loads LittleCMS, which few pictures need

        converted = through_profile(image, profile)
        if converted is not None:
            return converted
    return _in_mode(image, "RGB")
