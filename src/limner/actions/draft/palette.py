"""Chooses a page's colours: a kit's, else those that a brief names, else those of its mood."""

from dataclasses import replace

from limner.actions.draft.chance import Chance
from limner.actions.draft.colours import READABLE, chroma, contrast, hue_of, lightness, mixed, oklch
from limner.actions.draft.types import Brief, Palette, Swatch

ROLES = ("paper", "ink", "primary", "accent", "secondary")

MOODS = {
    "calm": "#f4f0e8 #2b302d #9baa8f #c9a27e #ddd3c2",
    "warm": "#fbf1e3 #3a1f14 #c8623a #e9a23b #f0c9a0",
    "bold": "#fff4e0 #15120f #f0442b #1e4bd2 #ffc629",
    "night": "#12101f #f5f1ff #ff4d8d #36d6c3 #ffd166",
    "elegant": "#f7f3ec #1c1a19 #7a2e3a #b08d57 #d8c8b0",
    "playful": "#fff7ec #2a1b4e #ff6b4a #3bb3a6 #ffc94d",
    "nature": "#f2f6ea #16302a #3f8f5b #f2b441 #b9d8a8",
    "tech": "#f3f6fb #0c1a33 #2457f5 #19c3b2 #bfd2ff",
    "kids": "#fdf6e3 #233063 #f25f5c #247ba0 #ffe066",
    "luxury": "#14110f #f3e9da #c8a15a #8c2a3a #4a4037",
    "summer": "#fff6e0 #17324d #f9703e #12a6b5 #ffd15c",
    "winter": "#f1f6fa #14283c #3c7fb1 #d94f4f #cfe1ee",
    "autumn": "#f8eedf #33201a #b4531f #d99a2b #6b7a3c",
    "spring": "#fbf8f1 #27352b #e58fa3 #7fae6b #f6d76b",
    "minimal": "#f5f4f1 #161616 #d9482b #8d8a83 #dcd9d2",
    "retro": "#f6e9cf #2b1d1a #d6562b #2f7f79 #e8b03f",
}
"""Five colours by mood, in the order of ROLES. Ink reads on paper, and each of the others stands out from it."""
ANY_MOOD = ("warm", "bold", "tech", "retro", "summer", "playful", "nature", "elegant")
"""What a brief without any mood may get."""
DARK = ("night", "luxury")
QUIET = ("calm", "elegant", "minimal", "spring")
NEAR, ACROSS = (38.0, -42.0, 60.0), (165.0, 35.0, 195.0, -40.0)
"""How far round the circle of hues an accent lies, in degrees."""


def of_brief(brief: Brief, chance: Chance) -> Palette:
    """Return the colours that a brief names, filled up to five, or those of its mood."""
    mood = brief.moods[0] if brief.moods else chance.turn("mood", ANY_MOOD)
    base = dict(zip(ROLES, MOODS[mood].split(), strict=True))
    if not brief.colors:
        swatches = [Swatch(code, role, f"{mood} {role}", "mood") for role, code in base.items()]
        return _palette(base, tuple(swatches))
    named = [Swatch(code, "", words, "brief") for words, code in brief.colors]
    is_dark, is_quiet = (bool(set(brief.moods[:2]) & set(some)) for some in (DARK, QUIET))
    chosen = _cast(named, is_dark=is_dark)
    hue = hue_of(chosen["primary"].hex if "primary" in chosen else named[0].hex)
    made = _companions(chosen, hue, chance, is_dark=is_dark, is_quiet=is_quiet, base=base)
    swatches = []
    for role in ROLES:
        known = chosen.get(role)
        swatches.append(known or Swatch(made[role], role, f"{role} that goes with them", "mood"))
    return _palette({each.role: each.hex for each in swatches}, tuple(swatches))


def _cast(named: list[Swatch], *, is_dark: bool) -> dict[str, Swatch]:
    """Give named colours their roles: very light ones are paper, very dark ones ink, others in their order."""
    free = list(ROLES[2:])
    chosen: dict[str, Swatch] = {}
    for each in named:
        light = lightness(each.hex)
        if light > 0.78 and chroma(each.hex) < 0.25:
            role = "ink" if is_dark else "paper"
        elif light < 0.016 and chroma(each.hex) < 0.2:
            role = "paper" if is_dark else "ink"
        else:
            role = free.pop(0) if free else ""
        if role and role not in chosen:
            chosen[role] = Swatch(each.hex, role, each.name, each.source)
    return chosen


def _companions(
    chosen: dict[str, Swatch],
    hue: float,
    chance: Chance,
    *,
    is_dark: bool,
    is_quiet: bool,
    base: dict[str, str],
) -> dict[str, str]:
    """Return a colour for every role: papers and inks tinged with the hue, an accent across from it."""
    turn = chance.turn("harmony", NEAR if is_quiet else ACROSS)
    made = {
        "paper": oklch(0.19, 0.03, hue) if is_dark else oklch(0.966, 0.012, hue),
        "ink": oklch(0.96, 0.012, hue) if is_dark else oklch(0.235, 0.04, hue),
        "primary": base["primary"],
        "accent": oklch(0.76, 0.14, hue + turn),
        "secondary": oklch(0.36, 0.06, hue) if is_dark else oklch(0.87, 0.055, hue),
    }
    primary = chosen["primary"].hex if "primary" in chosen else made["primary"]
    made["paper"], made["ink"] = _reading_on(primary, made["paper"], made["ink"], is_dark=is_dark)
    if "primary" in chosen and contrast(made["accent"], chosen["primary"].hex) < 1.6:
        made["accent"] = oklch(0.86 if lightness(chosen["primary"].hex) < 0.4 else 0.48, 0.1, hue + turn)
    return made


def _reading_on(primary: str, paper: str, ink: str, *, is_dark: bool) -> tuple[str, str]:
    """Return paper and ink of which one reads on the primary colour: lighter or darker ones where those do not."""
    light, dark = (ink, paper) if is_dark else (paper, ink)
    if max(contrast(light, primary), contrast(dark, primary)) >= READABLE:
        return paper, ink
    if contrast("#ffffff", primary) >= READABLE + 0.1:
        light = "#ffffff"
    else:
        dark = mixed(dark, "#000000", 0.55)
    return (dark, light) if is_dark else (light, dark)


def of_swatches(swatches: tuple[Swatch, ...]) -> Palette:
    """Return a kit's colours by their roles; roles that it lacks go to the colours that suit them."""
    roles = {each.role: each.hex for each in swatches if each.role in ROLES}
    codes = [each.hex for each in swatches]
    if "paper" not in roles:
        roles["paper"] = max(codes, key=lightness)
    if "ink" not in roles:
        roles["ink"] = max(codes, key=lambda code: contrast(code, roles["paper"]))
    rest = [code for code in codes if code not in roles.values()]
    rest.sort(key=lambda code: -chroma(code))
    for role in ROLES[2:]:
        if role not in roles:
            fallback = roles.get("primary", roles["ink"])
            roles[role] = rest.pop(0) if rest else fallback
    return _palette(roles, swatches)


def _palette(roles: dict[str, str], swatches: tuple[Swatch, ...]) -> Palette:
    paper, ink, primary, accent, secondary = (roles[role] for role in ROLES)
    palette = Palette(paper, ink, primary, accent, secondary, swatches)
    if contrast(palette.ink, palette.paper) >= READABLE:
        return palette
    # Colours that cannot be read on each other: the ink goes to black or white, and it is said.
    ink = max(("#000000", "#ffffff"), key=lambda code: contrast(code, palette.paper))
    added = Swatch(ink, "ink", "ink that reads on the paper", "contrast")
    return replace(palette, ink=ink, swatches=(*swatches, added))


def readable_on(palette: Palette, ground: str, *preferred: str, least: float = READABLE) -> str:
    """Return the first of the preferred colours that reads on a ground, else the palette's that reads best."""
    for color in preferred:
        if contrast(color, ground) >= least:
            return color
    own = (palette.ink, palette.paper, *(swatch.hex for swatch in palette.swatches))
    best = max(own, key=lambda color: contrast(color, ground))
    if contrast(best, ground) >= least:
        return best
    return max(("#000000", "#ffffff"), key=lambda color: contrast(color, ground))


def tint(palette: Palette, color: str, share: float) -> str:
    """Return a colour mixed with paper. share: 0 is the colour, 1 the paper."""
    return mixed(color, palette.paper, share)
