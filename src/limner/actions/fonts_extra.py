"""The fonts of the optional extra `fonts`: where their files are, and which edition of them is installed."""

from functools import cache
from importlib import util
from pathlib import Path

EXTRA = "limner[fonts]"
PACKAGES = {"manimgx-fonts": "manimgx_fonts", "manimgx-fonts-cjk": "manimgx_fonts_cjk"}
"""Distributions that hold nothing but Noto fonts, and the folders they install."""

_LAST = ("NotoSansSymbols", "NotoEmoji", "NotoSansCJK")
"""Fonts that also have signs of other scripts: asked after those."""


def edition() -> str:
    """Return which extra fonts are installed, by package and version; empty for none.

    Text drawn with one edition differs from text drawn with another: results are kept apart by it.
    """
    from importlib import metadata  # slow to load, and no worker needs it

    return ", ".join(
        f"{name} {metadata.version(name)}" for name, folder in PACKAGES.items() if _folder(folder)
    )


@cache
def files() -> tuple[Path, ...]:
    """Return the upright font files of the extra, in the order in which a character is looked for in them."""
    found = [path for folder in PACKAGES.values() for path in _fonts_in(_folder(folder))]
    return tuple(sorted(found, key=_rank))


def _folder(package: str) -> Path | None:
    """Return where a package's files are, without importing it; None when it is not installed."""
    spec = util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0])


def _fonts_in(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    return [
        path for path in folder.iterdir() if path.suffix in (".ttf", ".ttc") and "Italic" not in path.name
    ]


def _rank(path: Path) -> tuple[int, bool, str]:
    late = next((place for place, name in enumerate(_LAST, 1) if path.name.startswith(name)), 0)
    return late, not path.name.startswith("NotoSans["), path.name
