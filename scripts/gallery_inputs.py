"""Makes the inputs of the technique gallery: the sample media, what is cut from them, and a few drawings."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import av
import gallery_drawn as draw
from PIL import Image, ImageDraw, ImageFilter

from limner.library import sample

SAMPLES = Path(__file__).resolve().parent / "gallery_samples"
OUTLINE_SCALE = 4


def photo(name: str) -> Image.Image:
    """Return a sample photograph by its name without suffix."""
    own = sorted(SAMPLES.glob(f"{name}.*"))
    return Image.open(own[0] if own else sample(f"{name}.png")).convert("RGB")


def frame(seconds: float) -> Image.Image:
    """Return the sample film's picture at a time."""
    with av.open(str(sample("bigbuckbunny.mp4"))) as container:
        return next(each.to_image() for each in container.decode(video=0) if each.time >= seconds)


def cup_on_white() -> Image.Image:
    """Return the cup and saucer of the coffee photograph on white, with a soft shadow, as a shop would show it."""
    source = photo("coffee")
    outline = Image.new("L", (source.width * OUTLINE_SCALE, source.height * OUTLINE_SCALE), 0)
    pen = ImageDraw.Draw(outline)
    for box in ((79, 69, 478, 386), (174, 20, 406, 207)):
        pen.ellipse([side * OUTLINE_SCALE for side in box], fill=255)
    mask = outline.resize(source.size, Image.Resampling.LANCZOS)
    page = Image.new("RGB", (900, 800), "white")
    shade = Image.new("L", page.size, 0)
    ImageDraw.Draw(shade).ellipse((230, 480, 650, 620), fill=90)
    page.paste("#6d6a66", mask=shade.filter(ImageFilter.GaussianBlur(24)))
    page.paste(source, (160, 200), mask)
    return page


def lettered() -> Image.Image:
    """Return the launch photograph with a caption on its sky."""
    image = photo("rocket").resize((1280, 854), Image.Resampling.LANCZOS).convert("RGBA")
    image.alpha_composite(draw.drawn(draw.words(90, 130, 74, "Open until midnight", "#ffffff"), 1280, 854))
    return image.convert("RGB")


def upright() -> Image.Image:
    """Return the portrait's head and shoulders."""
    return photo("astronaut").crop((110, 0, 400, 360)).resize((870, 1080), Image.Resampling.LANCZOS)


MAKERS: dict[str, Callable[[], Image.Image]] = {
    **{
        name: partial(photo, name)
        for name in ("astronaut", "brick", "chelsea", "china", "coffee", "flower", "rocket")
    },
    "camera": lambda: photo("camera").convert("L"),
    "meadow": lambda: frame(1.8),
    "meadow-later": lambda: frame(4.2),
    "portrait": upright,
    "cat-face": lambda: photo("chelsea").crop((60, 20, 420, 300)),
    "wood": lambda: photo("coffee").crop((490, 150, 600, 400)).resize((660, 1500), Image.Resampling.LANCZOS),
    "cup-on-white": cup_on_white,
    "cup-closer": lambda: (
        photo("coffee").crop((60, 10, 500, 304)).resize((600, 400), Image.Resampling.LANCZOS)
    ),
    "lettered": lettered,
    "bottle": draw.bottle,
    "poster": draw.poster,
    "menu": draw.menu,
    "house": draw.house,
    "block": draw.block,
    "wordmark": draw.wordmark,
    "homestead": partial(draw.kit_logo, "homestead"),
    "night-market": partial(draw.kit_logo, "night-market"),
    "cover": lambda: draw.cover(("The Long", "Tide"), "MARA ELLIS", "#123b4a", "#f0d9a8"),
    "cover-back": lambda: draw.back_cover("#123b4a", "#f0d9a8"),
    "cover-light": lambda: draw.cover(("Salt and", "Bread"), "JONAS WEIR", "#f4efe6", "#c8452d"),
}
"""How each input is made, by name; every one is the same on each run."""


def make_input(name: str, folder: Path) -> Path:
    """Write an input into a folder, unless it is there, and return its path."""
    path = folder / f"{name}.png"
    if not path.exists():
        MAKERS[name]().save(path)
    return path
