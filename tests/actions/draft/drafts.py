"""Runs the drawer, and reads its SVG as an independent eye would: where each line of text stands, how wide it is."""

import base64
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import yaml
from graphic_jobs import Results, run
from PIL import Image, ImageFont

from limner.types import Kind

SVG = "{http://www.w3.org/2000/svg}"
LIBRARY = Path(__file__).parents[3] / "src" / "limner" / "library"
FILES = {
    ("Inter", "400"): "Inter-Regular", ("Inter", "500"): "Inter-Medium", ("Inter", "600"): "Inter-SemiBold",
    ("Inter", "700"): "Inter-Bold", ("LimnerSerif", "400"): "LimnerSerif-Regular",
    ("LimnerSerif", "700"): "LimnerSerif-Bold", ("LimnerSerifDisplay", "400"): "LimnerSerifDisplay-Regular",
    ("JetBrainsMono", "400"): "JetBrainsMono-Regular", ("JetBrainsMono", "700"): "JetBrainsMono-Bold",
}  # fmt: skip
LAYOUTS = (
    "poster", "social-post", "story", "banner", "product-card", "quote", "event", "menu", "mood-board", "storyboard",
    "icon-sheet", "title-card",
)  # fmt: skip
BRIEFS = {
    "poster": "poster for a pottery weekend, 5 June, at Mill Lane Studio, from €40",
    "social-post": "social post: new autumn menu, open every Friday from 6pm, book now",
    "story": "story for a vinyl record fair on 9 August at Dock 12, free entry, www.dock12.org",
    "banner": "banner for handmade rugs, 20% off this weekend, shop now",
    "product-card": "product card for a walnut desk lamp, €89, 15% off",
    "quote": "“We shape our tools and thereafter our tools shape us.” — John Culkin, quote card",
    "event": "event invitation called Ink & Paper, Thursday 18 September, 19:30, at Print House, Berlin, free entry",
    "menu": "menu for a tea house: sencha 4.50, matcha latte 5.20, oolong 4.80, earl grey 3.90, scones 4.00",
    "mood-board": "mood board for a mountain cabin hotel",
    "storyboard": "storyboard: hiker ties boots, fog lifts over the lake, hands on a warm mug, wide view of the ridge",
    "icon-sheet": "icon sheet for a bakery: bread, cake, zeppelin, coffee, heart, clock",
    "title-card": "title card called Low Tide, episode 3, documentary",
}


@dataclass(frozen=True)
class Line:
    """One line of text: its box is left, top, right, bottom of the ink, measured with Pillow."""

    text: str
    block: str
    box: tuple[float, float, float, float]
    fill: str
    size: float


@dataclass(frozen=True)
class Draft:
    """What one run made."""

    results: Results
    account: dict[str, Any]
    svg: str

    @property
    def root(self) -> ElementTree.Element:
        return ElementTree.fromstring(self.svg)

    @property
    def image(self) -> Image.Image:
        return self.results.image()

    @property
    def headline(self) -> str:
        return str(next(each["text"] for each in self.account["copy"] if each["role"] == "headline"))

    def texts(self, role: str) -> list[str]:
        return [each["text"] for each in self.account["copy"] if each["role"] == role]

    def lines(self) -> list[Line]:
        return [line for element in self.root.iter(f"{SVG}text") for line in _lines_of(element)]

    def layer(self, name: str) -> list[ElementTree.Element]:
        group = next((each for each in self.root if each.get("id") == name), None)
        return [] if group is None else list(group.iter())


def draft(
    folder: Path,
    brief: str = "",
    pictures: Sequence[Image.Image | Path] = (),
    *,
    run_seed: int = 0,
    **params: Any,
) -> Draft:
    folder.mkdir(exist_ok=True)
    results = run(folder, "draft-layout", [brief, *pictures], run_seed=run_seed, **{"size": 480, **params})
    svg = results.path(Kind.DOCUMENT).read_text(encoding="utf-8")
    return Draft(results, json.loads(results.text), svg)


@cache
def kit(name: str, *, has_logo: bool = True) -> str:
    """Return a built-in kit as techniques see it, its logo as a data: address."""
    folder = LIBRARY / "brands" / name
    data = yaml.safe_load((folder / "kit.yaml").read_text(encoding="utf-8"))
    shown: dict[str, Any] = {
        "name": data["name"],
        "palette": data["palette"],
        "colors": {each["role"]: each["hex"] for each in data["palette"] if "role" in each},
        "type": data["type"],
    }
    if has_logo:
        logo = base64.b64encode((folder / "logo.svg").read_bytes()).decode()
        shown["logo"] = f"data:image/svg+xml;base64,{logo}"
    return json.dumps(shown)


def plain(color: str, size: tuple[int, int] = (600, 400)) -> Image.Image:
    return Image.new("RGB", size, color)


def embedded(element: ElementTree.Element) -> tuple[str, Image.Image]:
    """Return the media type and the picture of an <image>."""
    head, _, data = str(element.get("href")).partition(",")
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        image.load()
        return head.removeprefix("data:").removesuffix(";base64"), image.copy()


def _lines_of(element: ElementTree.Element) -> list[Line]:
    family = str(element.get("font-family")).split(",")[0].strip("'\" ")
    size = float(str(element.get("font-size")))
    font = _font(FILES[family, str(element.get("font-weight"))])
    spacing = float(element.get("letter-spacing", "0"))
    found = []
    for span in element.iter(f"{SVG}tspan"):
        text = span.text or ""
        left, top, right, bottom = (value * size / 1000 for value in font.getbbox(text, anchor="ls"))
        right += spacing * (len(text) - 1)
        advance = font.getlength(text) * size / 1000 + spacing * (len(text) - 1)
        x, y = float(str(span.get("x"))), float(str(span.get("y")))
        x -= advance * {"start": 0.0, "middle": 0.5, "end": 1.0}[str(element.get("text-anchor"))]
        box = (x + left, y + top, x + right, y + bottom)
        found.append(Line(text, str(element.get("id")), box, str(element.get("fill")), size))
    return found


@cache
def _font(name: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(LIBRARY / "fonts" / f"{name}.ttf", 1000)


def overlap(first: tuple[float, ...], second: tuple[float, ...], slack: float = 0.5) -> bool:
    """Whether two boxes share more than a hair."""
    return (
        min(first[2], second[2]) - max(first[0], second[0]) > slack
        and min(first[3], second[3]) - max(first[1], second[1]) > slack
    )
