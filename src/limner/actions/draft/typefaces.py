"""Pairs the bundled typefaces: by a brief's mood, or by what a brand kit asks for."""

from limner.actions.draft.chance import Chance
from limner.actions.draft.types import Brief, TypePair
from limner.types import Json

FAMILIES = {
    "sans": ("Inter", 400), "sans-medium": ("Inter", 500), "sans-semibold": ("Inter", 600), "sans-bold": ("Inter", 700),
    "serif": ("LimnerSerif", 400), "serif-bold": ("LimnerSerif", 700), "serif-display": ("LimnerSerifDisplay", 400),
    "mono": ("JetBrainsMono", 400), "mono-bold": ("JetBrainsMono", 700),
}  # fmt: skip
"""The family and the weight of each style, as SVG names them."""
FALLBACKS = {
    "Inter": "Inter, 'Helvetica Neue', Arial, sans-serif",
    "LimnerSerif": "LimnerSerif, 'Source Serif 4', Georgia, serif",
    "LimnerSerifDisplay": "LimnerSerifDisplay, 'Source Serif 4 Display', 'Source Serif 4', Georgia, serif",
    "JetBrainsMono": "JetBrainsMono, 'JetBrains Mono', Menlo, Consolas, monospace",
}
STRONG = {"sans": "sans-semibold", "serif": "serif-bold", "mono": "mono-bold"}
"""What sets labels beside each style of text."""

EDITORIAL = TypePair("serif-display", "sans", "sans-semibold", "display serif with sans")
MODERN = TypePair("sans-bold", "sans", "sans-semibold", "bold sans with sans")
TECHNICAL = TypePair("sans-bold", "mono", "mono-bold", "bold sans with mono")
CLASSIC = TypePair("serif-bold", "sans", "sans-semibold", "bold serif with sans")
TYPED = TypePair("mono-bold", "sans", "sans-semibold", "bold mono with sans")

BY_MOOD = {
    "calm": (EDITORIAL,), "warm": (CLASSIC, EDITORIAL), "bold": (MODERN, TECHNICAL), "night": (TECHNICAL, MODERN),
    "elegant": (EDITORIAL,), "playful": (MODERN, CLASSIC), "nature": (CLASSIC, EDITORIAL), "tech": (TECHNICAL, MODERN),
    "kids": (MODERN,), "luxury": (EDITORIAL,), "summer": (MODERN, CLASSIC), "winter": (EDITORIAL, MODERN),
    "autumn": (CLASSIC, EDITORIAL), "spring": (EDITORIAL, CLASSIC), "minimal": (MODERN, EDITORIAL),
    "retro": (CLASSIC, MODERN, TYPED),
}  # fmt: skip
ANY = (MODERN, EDITORIAL, CLASSIC)


def choose_pair(brief: Brief, chance: Chance) -> TypePair:
    """Return the pair of typefaces for a brief."""
    if brief.layout == "quote":
        return chance.turn("type", (EDITORIAL, CLASSIC, MODERN))
    return chance.turn("type", BY_MOOD[brief.moods[0]] if brief.moods else ANY)


def pair_of(heading: Json, body: Json) -> TypePair:
    """Return the bundled styles nearest to two faces of a kit: family, weight, font_family."""
    notes: list[str] = []
    first, second = _nearest(heading, "serif-display", notes), _nearest(body, "sans", notes)
    # Labels are the weight above the text.
    strong = STRONG[second.partition("-")[0]]
    return TypePair(first, second, strong, "the brand's", tuple(notes))


def _nearest(face: Json, default: str, notes: list[str]) -> str:
    family, weight = str(face.get("family") or ""), face.get("weight") or 400
    weight = weight if isinstance(weight, int | float) else 400
    plain = family.replace(" ", "").lower()
    known = [style for style, (name, _) in FAMILIES.items() if name.lower() == plain]
    if not known and not family:
        return default
    if not known:
        stem = str(face.get("font_family") or "") or _kind_of(plain)
        known = [style for style in FAMILIES if style.partition("-")[0] == stem.partition("-")[0]] or [
            default
        ]
        known = [style for style in known if style != "serif-display"] or known
    best = min(known, key=lambda style: abs(FAMILIES[style][1] - weight))
    if FAMILIES[best] != (family, weight):
        name, own = FAMILIES[best]
        notes.append(f"{family} {weight:g} is set in {name} {own}, the nearest that ships with Limner")
    return best


def _kind_of(family: str) -> str:
    if any(word in family for word in ("mono", "code", "courier", "console")):
        return "mono"
    is_serif = "serif" in family.replace("sansserif", "").replace("sans-serif", "")
    known = (
        "times",
        "georgia",
        "garamond",
        "playfair",
        "baskerville",
        "bodoni",
        "caslon",
        "didot",
        "lora",
        "merriweather",
    )
    return "serif" if is_serif or any(word in family for word in known) else "sans"
