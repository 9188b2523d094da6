"""What each local technique is shown on: three different inputs at least, in words and as a call."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gallery_inputs import make_input

SEED = 6
"""The seed of every run."""


@dataclass(frozen=True)
class Case:
    """One run: its media by input (names of `gallery_inputs`), its other inputs, a brand kit."""

    media: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    brand_kit: str | None = None

    def pictures(self) -> list[str]:
        """Return the names of the pictures given, in order."""
        found: list[str] = []
        for value in self.media.values():
            found += [value] if isinstance(value, str) else value
        return found

    def inputs(self, folder: Path) -> dict[str, Any]:
        """Return the inputs of a call; pictures are written into a folder."""
        media = {
            name: str(make_input(value, folder))
            if isinstance(value, str)
            else [str(make_input(each, folder)) for each in value]
            for name, value in self.media.items()
        }
        return {**media, **self.values}


def on(port: str, *names: str, **values: Any) -> list[Case]:
    """Return a case per picture, each given to one port with the same values."""
    return [Case({port: name}, values) for name in names]


CASES: dict[str, list[Case]] = {
    "palette-pull": on("image", "coffee", "china", "meadow"),
    "moodboard-maker": [
        Case({"image": "coffee"}, {"words": "Slow morning, warm, quiet"}),
        Case({"image": "china"}, {"words": "Lacquer, lake, afternoon"}),
        Case({"image": "portrait"}, {"aspect_ratio": "4:5", "seed": 3}),
    ],
    "studio-blur": on("image", "astronaut", "flower", "chelsea"),
    "product-lookbook-grid": [
        Case({"images": ["coffee", "bottle", "cup-on-white", "chelsea"]}, {"title": "Autumn, slowly"}),
        Case(
            {"images": ["china", "rocket", "meadow"]},
            {"title": "Places", "style": "clean", "aspect_ratio": "3:2"},
        ),
        Case({"images": ["astronaut", "cat-face", "coffee", "camera", "wood", "rocket"]}),
    ],
    "cctv-cam": [
        Case({"image": "astronaut"}, {"label": "FRONT DOOR", "time": "2026-11-21 03:14:07"}),
        Case(
            {"image": "chelsea"},
            {"label": "KITCHEN", "time": "2026-11-21 04:40:12", "color": "night", "camera": 4},
        ),
        Case(
            {"image": "meadow"},
            {"label": "MEADOW EAST", "time": "2026-11-21 11:02:55", "color": "tint", "camera": 12},
        ),
    ],
    "quick-reframe": on("image", "poster", "astronaut", "meadow"),
    "product-motion": [
        Case({"product": "cup-on-white"}),
        Case({"product": "bottle"}, {"backdrop": "warm", "aspect_ratio": "1:1"}),
        Case({"product": "flower"}, {"backdrop": "dark"}),
    ],
    "product-animator": [
        Case({"product": "bottle"}),
        Case({"product": "cup-on-white"}, {"backdrop": "warm"}),
        Case({"product": "flower"}, {"backdrop": "dark", "aspect_ratio": "4:5"}),
    ],
    "studio-shot": [
        Case({"product": "cup-on-white"}),
        Case({"product": "bottle"}, {"backdrop": "dark", "reflection": 45}),
        Case({"product": "coffee"}, {"backdrop": "warm"}),
    ],
    "turn-any-product-into-4-ad-visuals": [
        Case({"product": "cup-on-white"}, {"headline": "Slow mornings, poured by hand", "cta": "Shop now"}),
        Case(
            {"product": "bottle"},
            {"headline": "First harvest", "cta": "Order a case", "aspect_ratio": "1:1"},
            "homestead",
        ),
        Case({"product": "coffee"}, {"headline": "Sit. Sip. Stay.", "aspect_ratio": "9:16"}, "night-market"),
    ],
    "color-transfer": [
        Case({"image": "chelsea", "reference": "rocket"}),
        Case({"image": "astronaut", "reference": "coffee"}),
        Case({"image": "china", "reference": "meadow"}),
    ],
    "relight-technique": [
        Case({"image": "astronaut"}, {"light": "left", "color": "warm"}),
        Case({"image": "cup-on-white"}, {"light": "right", "color": "golden"}),
        Case({"image": "china"}, {"light": "top", "color": "moonlight"}),
    ],
    "wonder-fy": [
        *on("image", "china", "astronaut"),
        Case({"image": "rocket"}, {"frame": "original", "strength": 100}),
    ],
    "texture-matchers": [
        Case({"image": "coffee", "texture": "brick"}),
        Case({"image": "cup-on-white", "texture": "wood"}, {"area": "subject", "strength": 85}),
        Case({"image": "astronaut", "texture": "wood"}, {"area": "background", "strength": 80}),
    ],
    "mugshot": on("portrait", "astronaut", "chelsea", "camera", placard="COUNTY JAIL\n2026-11-22\nNo. 0417"),
    "seamless-transition": [
        Case({"start": "meadow", "end": "meadow-later"}),
        Case({"start": "coffee", "end": "cup-closer"}),
        Case({"start": "astronaut", "end": "chelsea"}, {"aspect_ratio": "1:1"}),
    ],
    "video-scene-builder": [
        Case(
            {"images": ["coffee", "chelsea"]},
            {"captions": ["Seven o'clock", "Nobody stirs"], "seconds_per_image": 2},
        ),
        Case(
            {"images": ["rocket", "astronaut", "china"]}, {"seconds_per_image": 2, "transition": "wipeleft"}
        ),
        Case({"images": ["portrait", "bottle"]}, {"aspect_ratio": "9:16", "seconds_per_image": 2}),
    ],
    "wireframe": on("image", "coffee", "astronaut", "china"),
    "color-mapping": [
        Case({"image": "coffee"}),
        Case({"image": "china"}),
        Case({"image": "astronaut"}, {"style": "overlay", "segments": 10}),
    ],
    "sigil": on("image", "night-market", "astronaut", "flower"),
    "logo-stylist": [
        Case({"logo": "homestead"}, {"style": "neon"}),
        Case({"logo": "wordmark"}, {"style": "chrome"}),
        Case({"logo": "night-market"}, {"style": "paper"}),
        Case({"logo": "homestead"}, {"style": "emboss"}),
        Case({"logo": "wordmark"}, {"style": "halftone"}),
    ],
    "book-drop": [
        Case({"front": "cover", "back": "cover-back"}, {"spine": "The Long Tide · Mara Ellis"}),
        Case(
            {"front": "cover-light"},
            {"spine": "Salt and Bread · Jonas Weir", "backdrop": "dark", "thickness": 18},
        ),
        Case({"front": "portrait"}, {"spine": "Far from Home", "backdrop": "tint"}),
    ],
    "facade-swap": [
        Case({"photo": "house"}, {"material": "brick"}),
        Case({"photo": "block"}, {"material": "timber", "tone": "dark"}),
        Case({"photo": "meadow"}, {"material": "brick", "quad": "61 38, 98 39, 99 62, 60 55"}),
    ],
    "auto-translate": [
        Case(
            {"image": "poster"},
            {
                "language": "German",
                "translations": ["1 | Sommerschlussverkauf", "2 | Alle Hemden zum halben Preis"],
            },
        ),
        Case({"image": "menu"}, {"language": "French", "translations": ["1 | Petit déjeuner"]}),
        Case({"image": "lettered"}, {"language": "Greek", "translations": ["1 | Ανοιχτά ως τα μεσάνυχτα"]}),
    ],
    "art-directors-critique": on("image", "chelsea", "poster", "camera"),
    "icon-pack": [
        Case(values={"theme": "coffee shop with bakery and wifi"}),
        Case(values={"theme": "hiking and camping in the mountains", "style": "line", "corners": "sharp"}),
        Case(
            values={"theme": "online shop: cart, delivery, returns, quantum", "style": "filled", "count": 8}
        ),
    ],
    "tarot-pull": [
        Case(values={"question": "Should I open the shop this spring?"}),
        Case(values={"question": "What should I keep in mind today?", "cards": 1, "reversals": False}),
        Case(values={"question": "Will the film be finished in time?", "cards": 2}),
    ],
}
