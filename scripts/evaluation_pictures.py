"""Makes the pictures that scores are calibrated on: some on a kit's brand, some on other brands, some on none."""

import argparse
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import resvg_py
from PIL import Image, ImageDraw, ImageFont

from limner.actions.job import Given, Job
from limner.actions.specs import ACTIONS
from limner.actions.worker import load_handler
from limner.brands.load import load_file
from limner.library import brand_folder, font_folder, sample
from limner.types import BrandKit, Kind, Limits

PHOTOS = ("astronaut", "chelsea", "coffee")
KITS = ("homestead", "night-market")
Size = tuple[int, int]
SQUARE, PORTRAIT, STORY, WIDE = (1080, 1080), (1080, 1350), (1080, 1920), (1920, 1080)


@dataclass(frozen=True)
class Look:
    """What a layout is drawn with: five colours, a typeface, a name."""

    name: str
    paper: str
    primary: str
    ink: str
    accent: str
    secondary: str
    font: str = "Inter-Bold.ttf"


STRANGERS = (
    Look("Bluefin Bank", "#ffffff", "#0b5cab", "#10243e", "#ff7f27", "#9bc4e2", "Inter-SemiBold.ttf"),
    Look("Terracotta Cafe", "#f7e9d7", "#b5562f", "#3a1f14", "#e3a857", "#7a3b2e", "LimnerSerif-Bold.ttf"),
    Look("Lilac Care", "#f5effa", "#8f6bb8", "#2c1b40", "#5fb7c5", "#f2a7c3"),
    Look("Red Fox Motors", "#ffffff", "#d71920", "#111111", "#6d6e71", "#c7c8ca", "Inter-Bold.ttf"),
    Look("Alpine Green", "#f2f7f0", "#2e8b57", "#12331f", "#f4c430", "#87ceeb", "LimnerSerif-Regular.ttf"),
)


def look_of(kit: BrandKit) -> Look:
    """Return a kit as a look."""
    roles = {color["role"]: color["hex"] for color in kit.definition["palette"]}
    face = "LimnerSerifDisplay-Regular.ttf" if kit.brand_kit == "homestead" else "Inter-Bold.ttf"
    return Look(
        kit.name, roles["paper"], roles["primary"], roles["ink"], roles["accent"], roles["secondary"], face
    )


def kit_of(name: str) -> BrandKit:
    """Return a built-in kit."""
    return load_file(brand_folder() / name / "kit.yaml")


def photo(name: str) -> Image.Image:
    """Return a sample photograph."""
    return Image.open(sample(f"{name}.png")).convert("RGB")


def run(action_id: str, images: Sequence[Image.Image], scratch: Path, **params: Any) -> Image.Image:
    """Run one action on pictures and return its picture."""
    action = next(each for each in ACTIONS if each.action_id == action_id)
    given = []
    for number, image in enumerate(images):
        path = scratch / f"in-{number}.png"
        image.save(path)
        given.append(Given(path=path, media_type="image/png"))
    job = Job({Kind.IMAGE: tuple(given)} if given else {}, {**action.defaults(), **params}, scratch, Limits())
    (made,) = load_handler(action.handler)(job)
    return Image.open(made.path).convert("RGB")


def type_on(image: Image.Image, look: Look, at: Size, text: str, pixels: int, color: str) -> None:
    """Set lines of type, their top left corner at a place."""
    font = ImageFont.truetype(str(font_folder() / look.font), pixels)
    ImageDraw.Draw(image).multiline_text(at, text, fill=color, font=font, spacing=pixels // 3)


def logo_of(kit: BrandKit, width: int) -> Image.Image:
    """Return a kit's logo, drawn `width` pixels wide."""
    path = next(file.path for file in kit.files if file.field == "logo")
    data = resvg_py.svg_to_bytes(
        svg_string=path.read_text(encoding="utf-8"), width=width, skip_system_fonts=True
    )
    return Image.open(io.BytesIO(bytes(data))).convert("RGBA")


def filled(image: Image.Image, size: Size) -> Image.Image:
    """Return the middle of a picture at a size."""
    scale = max(size[0] / image.width, size[1] / image.height)
    grown = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
    left, top = (grown.width - size[0]) // 2, (grown.height - size[1]) // 2
    return grown.crop((left, top, left + size[0], top + size[1]))


def poster(look: Look) -> Image.Image:
    """Return a poster: a large shape, a headline, a line below."""
    image = Image.new("RGB", PORTRAIT, look.paper)
    draw = ImageDraw.Draw(image)
    draw.ellipse((240, 130, 840, 730), fill=look.primary)
    draw.rectangle((90, 700, 990, 720), fill=look.accent)
    type_on(image, look, (90, 800), f"{look.name}\nautumn", 120, look.ink)
    type_on(image, look, (90, 1190), "New things for old rooms. From the first of October.", 34, look.ink)
    return image


def quote(look: Look) -> Image.Image:
    """Return a quotation on the brand's first colour."""
    image = Image.new("RGB", SQUARE, look.primary)
    draw = ImageDraw.Draw(image)
    draw.rectangle((70, 70, 1010, 1010), fill=look.paper)
    draw.rectangle((70, 900, 1010, 1010), fill=look.secondary)
    type_on(image, look, (150, 240), "We make less,\nso that it lasts\nlonger than us.", 92, look.ink)
    type_on(image, look, (150, 760), f"The people of {look.name}", 36, look.ink)
    return image


def story(look: Look) -> Image.Image:
    """Return a story: bands of colour with few words."""
    image = Image.new("RGB", STORY, look.ink)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 1080, 760), fill=look.paper)
    draw.rectangle((0, 760, 1080, 1100), fill=look.accent)
    draw.polygon([(0, 760), (540, 300), (1080, 760)], fill=look.primary)
    type_on(image, look, (90, 1250), "Open late\non Friday", 150, look.paper)
    type_on(image, look, (90, 1700), "Seven to eleven, down by the river", 42, look.paper)
    return image


def card(look: Look, name: str) -> Image.Image:
    """Return a product card: a photograph above a panel of the brand's paper."""
    image = Image.new("RGB", PORTRAIT, look.paper)
    image.paste(filled(photo(name), (1080, 780)), (0, 0))
    ImageDraw.Draw(image).rectangle((0, 780, 1080, 800), fill=look.primary)
    ImageDraw.Draw(image).rectangle((90, 1200, 420, 1280), fill=look.accent)
    type_on(image, look, (90, 870), "A quiet cup", 110, look.ink)
    type_on(image, look, (90, 1060), f"Made by {look.name} since 1994, one at a time.", 36, look.ink)
    return image


def logo_on(kit: BrandKit, ground: Image.Image, width: int, at: Size) -> Image.Image:
    """Return a picture with the logo on it."""
    image = ground.copy()
    logo = logo_of(kit, width)
    image.paste(logo, at, logo)
    return image


def on_brand(kit: BrandKit, scratch: Path) -> Iterator[tuple[str, Image.Image]]:
    """Yield pictures that a brand manager would pass."""
    look = look_of(kit)
    reference = next(file.path for file in kit.files if file.field.startswith("references"))
    hero = Image.open(reference).convert("RGB")
    yield "reference", hero
    yield "poster", poster(look)
    yield "quote", quote(look)
    yield "story", story(look)
    yield "card-coffee", card(look, "coffee")
    yield "card-chelsea", card(look, "chelsea")
    yield "logo-on-paper", logo_on(kit, Image.new("RGB", WIDE, look.paper), 420, (750, 400))
    yield "poster-with-logo", logo_on(kit, poster(look), 150, (60, 40))
    yield (
        "lookbook",
        run(
            "compose-grid", [photo(name) for name in PHOTOS], scratch, background=look.paper, title=look.name
        ),
    )
    dark, light = sorted((look.ink, look.paper), key=lambda color: sum(bytes.fromhex(color[1:])))
    for name in PHOTOS:
        duotone = run(
            "color-filter-image",
            [filled(photo(name), SQUARE)],
            scratch,
            filter="duotone",
            shadow_color=dark,
            highlight_color=light if name == "coffee" else look.primary,
        )
        yield f"duotone-{name}", duotone
    for name in PHOTOS:
        yield f"graded-{name}", run("transfer-color", [filled(photo(name), SQUARE), hero], scratch)
    yield "lettered-duotone", lettered(look, duotone)


def lettered(look: Look, ground: Image.Image) -> Image.Image:
    """Return a picture with a label of the brand's paper on it."""
    image = ground.copy()
    ImageDraw.Draw(image).rectangle((0, 760, 1080, 1080), fill=look.paper)
    type_on(image, look, (80, 840), "Come in and sit", 100, look.ink)
    return image


def off_brand(scratch: Path) -> Iterator[tuple[str, Image.Image]]:
    """Yield pictures of no brand, and of brands that are none of the kits."""
    for name in PHOTOS:
        yield f"photo-{name}", filled(photo(name), SQUARE)
    for number, frame in enumerate(film_frames()):
        yield f"film-{number}", frame
    for look in ("sepia", "clarendon", "nashville", "noir", "crossprocess", "duotone"):
        name = PHOTOS[len(look) % 3]
        yield f"{look}-{name}", run("color-filter-image", [filled(photo(name), SQUARE)], scratch, filter=look)
    for stranger in STRANGERS:
        slug = stranger.name.lower().replace(" ", "-")
        yield f"{slug}-poster", poster(stranger)
        yield f"{slug}-quote", quote(stranger)
    yield "terracotta-cafe-card", card(STRANGERS[1], "coffee")
    yield "bluefin-bank-card", card(STRANGERS[0], "chelsea")
    yield "plain-lookbook", run("compose-grid", [photo(name) for name in PHOTOS], scratch, title="Autumn")
    yield "plain-text", run("generate-text-image", [], scratch, text="Sale ends on Sunday")


def film_frames() -> Iterator[Image.Image]:
    """Yield three frames of the sample film."""
    with av.open(str(sample("bigbuckbunny.mp4"))) as film:
        frames = [frame.to_image() for frame in film.decode(video=0)]
    for part in (0.2, 0.5, 0.8):
        yield filled(frames[int(len(frames) * part)], WIDE)


def make(folder: Path, kit_names: Sequence[str] = KITS, say: Callable[[str], None] = print) -> None:
    """Write the pictures: one folder for each kit, and `none` for those of no kit."""
    scratch = folder / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    for name in kit_names:
        _write(folder / name, on_brand(kit_of(name), scratch), say)
    _write(folder / "none", off_brand(scratch), say)


def _write(folder: Path, pictures: Iterator[tuple[str, Image.Image]], say: Callable[[str], None]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, image in pictures:
        image.save(folder / f"{name}.png")
        say(f"{folder.name}/{name} {image.width} x {image.height}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    make(parser.parse_args().folder)
