"""Make docs/images/drawings.jpg: one draft of each layout that `draft-layout` knows, on a contact sheet.

Usage: python scripts/drawings.py
"""

import tempfile
from pathlib import Path

import anyio
from PIL import Image, ImageDraw

from limner.actions.fonts import font
from limner.app.requests import StartRequest
from limner.config import read_settings
from limner.library import sample
from limner.server import open_studio

TARGET = Path(__file__).resolve().parent.parent / "docs" / "images" / "drawings.jpg"
COLUMNS, CELL, GAP, LABEL = 4, (300, 330), 20, 26
GROUND, INK = "#e9e8e4", "#3a3a38"
PICTURES = tuple(str(sample(f"{name}.png")) for name in ("coffee", "chelsea", "astronaut"))
DRAFTS = (
    ("poster", "poster for a pottery weekend, 5 June, at Mill Lane Studio, terracotta", 0, 0),
    ("social-post", "social post: new autumn menu, open every Friday from 6pm, book now", 0, 1),
    ("story", "story for a coffee festival on 9 August at Dock 12, free entry", 1, 0),
    ("banner", "banner for handmade rugs, teal and mustard, 20% off this weekend, shop now", 0, 3),
    ("product-card", "product card for a stoneware cup, €28, 15% off, sage green", 1, 1),
    ("quote", "quote: “Water takes the shape of the cup.” — Aiko Mori, elegant", 0, 0),
    (
        "event",
        "event called Ink & Paper, Thursday 18 September, 19:30, at Print House, Berlin, ocean blue",
        0,
        1,
    ),
    (
        "menu",
        "menu for a coffee bar: flat white 3.50, espresso 2.40, filter 3.00, croissant 2.80, bun 3.40",
        0,
        0,
    ),
    ("mood-board", "mood board for a street photo zine, playful", 3, 0),
    ("storyboard", "storyboard: sun over the roofs, beans are ground, steam rises, a friend walks in", 1, 0),
    (
        "icon-sheet",
        "icon sheet for a veterinary clinic: dog, cat, heart, calendar, phone, map, pill, shield",
        0,
        1,
    ),
    ("title-card", "title card for a documentary called The Last Orchard, autumn", 0, 2),
)
"""Layout, brief, how many pictures, seed."""


async def draw() -> list[tuple[str, Image.Image]]:
    """Run the action once for each layout."""
    made = []
    with tempfile.TemporaryDirectory() as folder:
        roots = str(Path(PICTURES[0]).parent)
        settings = read_settings({"LIMNER_HOME": f"{folder}/home", "LIMNER_INPUT_ROOTS": roots})
        async with open_studio(settings) as studio:
            for layout, brief, count, seed in DRAFTS:
                given = {"text": brief, "image": list(PICTURES[:count])}
                params = {"layout": layout, "seed": seed, "size": 1200}
                request = StartRequest(action_id="draft-layout", inputs=given, params=params)
                started = await studio.start_run("local", request)
                view = await studio.wait("local", started.run.run_id, 120)
                if view.run.error:
                    raise SystemExit(f"{layout}: {view.run.error['message']}")
                asset_id = view.run.outputs[0].asset_id
                if asset_id is None:
                    raise SystemExit(f"{layout}: made no picture")
                with Image.open(studio.path(view.assets[asset_id])) as picture:
                    made.append((layout, picture.convert("RGB")))
    return made


def contact_sheet(drafts: list[tuple[str, Image.Image]]) -> Image.Image:
    """Return the drafts in rows, each with its name below it."""
    rows = -(-len(drafts) // COLUMNS)
    size = (COLUMNS * (CELL[0] + GAP) + GAP, rows * (CELL[1] + LABEL + GAP) + GAP)
    sheet = Image.new("RGB", size, GROUND)
    pen = ImageDraw.Draw(sheet)
    for number, (name, picture) in enumerate(drafts):
        left = GAP + number % COLUMNS * (CELL[0] + GAP)
        top = GAP + number // COLUMNS * (CELL[1] + LABEL + GAP)
        picture.thumbnail(CELL, Image.Resampling.LANCZOS)
        sheet.paste(picture, (left, top + CELL[1] - picture.height))
        pen.text((left, top + CELL[1] + 8), name, fill=INK, font=font("sans-medium", 15))
    return sheet


def main() -> None:
    """Make the sheet."""
    contact_sheet(anyio.run(draw)).save(TARGET, quality=80, optimize=True, progressive=True)


if __name__ == "__main__":
    main()
