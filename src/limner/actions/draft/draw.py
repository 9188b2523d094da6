"""The action: reads a brief and a kit, composes one layout, and returns the picture, the drawing and an account."""

import json
from dataclasses import replace

from limner.actions.aspect import inner_size
from limner.actions.draft.brand import kit_brand, kit_palette, kit_ratio, kit_type, read_kit, required_words
from limner.actions.draft.brief import read_brief
from limner.actions.draft.chance import Chance
from limner.actions.draft.layouts import LAYOUTS
from limner.actions.draft.page import Page
from limner.actions.draft.palette import of_brief
from limner.actions.draft.photos import Photos
from limner.actions.draft.plain import plain_text, readable
from limner.actions.draft.sheet import Sheet, rounded
from limner.actions.draft.typefaces import FALLBACKS, FAMILIES, choose_pair
from limner.actions.draft.types import FIDELITY, MODEL, Brand, Brief, Layout, TypePair
from limner.actions.fonts import FILES
from limner.actions.job import Job, Made
from limner.actions.stills import save_image
from limner.actions.svg import render, write_svg
from limner.types import Json, Kind

FONT_FILES = tuple(FILES[style] for style in FAMILIES)
GIVEN = {"headline": 280, "subline": 280, "details": 600, "call_to_action": 60}
"""The parameters that say what is set, and how much of each is read."""


def draft_layout(job: Job) -> tuple[Made, ...]:
    """Draw a layout for a brief. Equal inputs, parameters and seeds give equal bytes.

    Raises: InvalidInput, when the brand kit cannot be read; InvalidMedia, when a picture does not decode.
    """
    params = job.params
    text = plain_text(job.text() if job.inputs.get(Kind.TEXT) else "")
    kit = read_kit(params["brand"])
    chance = Chance(text, (job.seed, int(params["seed"])))
    given = {name: plain_text(params[name])[:most] for name, most in GIVEN.items()}
    brief = read_brief(text, params["layout"], given)
    pair = kit_type(kit) or choose_pair(brief, chance)
    brand = kit_brand(kit)
    brief = _with_required(brief, required_words(kit), brand)
    brief, brand, missing = readable(brief, brand, pair)
    if missing:
        job.warn(f"inputs.text: left out {missing}: drawings are set in Latin, Greek and Cyrillic only.")
    layout = LAYOUTS[brief.layout]
    ratio = kit_ratio(kit, layout.ratio) if params["aspect_ratio"] == "auto" else params["aspect_ratio"]
    longer = int(params["size"])
    sheet = Sheet(
        page=Page(inner_size((longer, longer), ratio)),
        brief=brief,
        palette=kit_palette(kit) or of_brief(brief, chance),
        pair=pair,
        brand=brand,
        chance=chance,
        photos=Photos(job.paths(Kind.IMAGE), job.limits, job.warn),
    )
    job.progress(0.2, f"Composing a {layout.name}")
    layout.compose(sheet)
    if sheet.photos.left:
        job.warn(
            f"inputs.image: the layout {layout.name} has no slot for {sheet.photos.left} of the pictures."
        )
    if sheet.shortened:
        job.warn(f"The page has no room for all of: {', '.join(sheet.shortened)}.")
    return _made(job, sheet, layout, ratio)


def _with_required(brief: Brief, words: tuple[str, ...], brand: Brand | None) -> Brief:
    """Return a brief whose copy has the words that the brand wants in every text; its own signature counts."""
    copy = brief.copy
    told = [copy.headline, copy.subline, copy.call_to_action, *copy.details]
    if brand is not None and not brand.logo_png:
        told.append(brand.name)
    text = "\n".join(told).casefold()
    missing = tuple(word for word in words if word.casefold() not in text)
    return replace(brief, copy=replace(copy, details=(*copy.details, *missing))) if missing else brief


def _made(job: Job, sheet: Sheet, layout: Layout, ratio: str) -> tuple[Made, ...]:
    svg = sheet.page.svg(f"{sheet.copy.headline} ({layout.name}, layout draft)")
    job.progress(0.6, "Drawing the picture")
    picture = render(svg, sheet.page.size, FONT_FILES).convert("RGB")
    account = account_of(sheet, layout, ratio, int(job.params["seed"]))
    return (
        Made(Kind.IMAGE, save_image(picture, job, "draft", graphic=True)),
        Made(Kind.DOCUMENT, write_svg(svg, job, "draft")),
        Made(Kind.TEXT, text=json.dumps(account, ensure_ascii=False, separators=(",", ":"))),
    )


def account_of(sheet: Sheet, layout: Layout, ratio: str, seed: int) -> Json:
    """Return what was drawn, in which colours and type, what was set where, and what was not drawn."""
    pair = sheet.pair
    return {
        "model": MODEL,
        "fidelity": FIDELITY,
        "layout": layout.name,
        "aspect_ratio": ratio,
        "width": sheet.page.size[0],
        "height": sheet.page.size[1],
        "seed": seed,
        "palette": [
            {"hex": each.hex, "role": each.role, "name": each.name, "source": each.source}
            for each in sheet.palette.swatches
        ],
        "tints": list(sheet.tints.values()),
        "fonts": _fonts(pair),
        "copy": sheet.set_words,
        "slots": [
            {
                "label": slot.label,
                "box": rounded(slot.box),
                "filled": slot.picture is not None,
                "picture": slot.picture,
            }
            for slot in sheet.slots
        ],
        "unmatched_terms": _unmatched(sheet.brief, sheet.drawn_words),
    }


def _fonts(pair: TypePair) -> Json:
    found: Json = {"pairing": pair.name}
    for role in ("heading", "body", "strong"):
        family, weight = FAMILIES[getattr(pair, role)]
        found[role] = {"family": family, "weight": weight, "fallbacks": FALLBACKS[family]}
    return found | ({"notes": list(pair.notes)} if pair.notes else {})


def _unmatched(brief: Brief, drawn: set[str]) -> list[str]:
    """Return the brief's words that name what the page does not show."""
    return [term for term in brief.terms if term not in drawn and term.removesuffix("s") not in drawn]
