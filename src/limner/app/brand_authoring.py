"""For people who write brand kits: checks files as Limner would load them, begins new ones, gives the JSON Schema."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from limner.authored.files import SUFFIXES
from limner.brands.format import format_schema
from limner.brands.load import load_file
from limner.brands.shape import ID, MOST_ID_CHARS
from limner.brands.shelf import Shelf, kit_files
from limner.config import Settings
from limner.errors import InvalidBrandKit, InvalidInput, Problem
from limner.library import brand_folder
from limner.types import BrandKit, Json


@dataclass(frozen=True, slots=True)
class CheckedKit:
    """A kit file with the kit in it, or with what is wrong."""

    file: str
    kit: BrandKit | None
    problems: tuple[Problem, ...] = ()


def check_kits(places: Sequence[Path], settings: Settings) -> list[CheckedKit]:
    """Return what each file would give, among the kits that there are; of a folder, each kit in it."""
    files = [file for place in places for file in (kit_files([place]) if place.is_dir() else [place])]
    shelf = Shelf(brand_folder(), [*files, settings.home / "brands"])

    def check(file: Path) -> CheckedKit:
        if file.suffix not in SUFFIXES:
            message = f"Brand kit files end in {' or '.join(SUFFIXES)}."
            return CheckedKit(str(file), None, (Problem(str(file), 1, message, "Rename it."),))
        if problems := tuple(each for each in shelf.problems() if each.file == str(file)):
            return CheckedKit(str(file), None, problems)
        try:
            return CheckedKit(str(file), load_file(file))
        except InvalidBrandKit as error:
            return CheckedKit(str(file), None, error.problems)

    return [check(file) for file in files]


def kit_file_schema() -> Json:
    """Return the JSON Schema of brand kit files."""
    return format_schema()


def begin_kit(brand_kit: str, folder: Path) -> list[Path]:
    """Write a kit to start from into `folder`, with a logo beside it, and return both files.

    Raises: InvalidInput, when the id is not one, the folder holds something already, or cannot be written.
    """
    if not re.fullmatch(ID, brand_kit) or len(brand_kit) > MOST_ID_CHARS:
        message = (
            f"{brand_kit[:80]!r} is not lower-case words joined by -, of at most {MOST_ID_CHARS} characters"
        )
        raise InvalidInput.of("NAME", message, next_step="Choose an id such as my-brand.")
    files = {"kit.yaml": _STARTER.replace("BRAND_KIT", brand_kit).replace("NAME", _name_of(brand_kit))}
    files["logo.svg"] = _LOGO
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            message = f"{folder} is not empty"
            raise InvalidInput.of("--out", message, next_step="Choose another name, or another --out.")
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"{folder} cannot be written: {error.strerror}"
        raise InvalidInput.of("--out", message, next_step="Choose a folder that you may write to.") from error
    return [folder / name for name in files]


def _name_of(brand_kit: str) -> str:
    return " ".join(word.capitalize() for word in brand_kit.split("-"))


_LOGO = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100" width="200" height="100">
  <path fill="#1d4ed8" d="M50 10a40 40 0 1 0 0 80 40 40 0 1 0 0-80Z"/>
  <path fill="#111827" d="M110 20h80v16h-80Zm0 32h56v16h-56Z"/>
</svg>
"""
_STARTER = """\
# Change what is here, then check it: limner brands check FILE
brand_kit: "BRAND_KIT"
name: "NAME"
description: Say in a sentence or two what the brand is.

palette:                   # 3 to 12 colours; primary, ink and paper must be there
  - {name: Paper, hex: "#ffffff", role: paper, share: 0.6}
  - {name: Blue, hex: "#1d4ed8", role: primary, share: 0.2}
  - {name: Ink, hex: "#111827", role: ink, share: 0.15}
  - {name: Amber, hex: "#f59e0b", role: accent, share: 0.05}

type:                      # families that ship with Limner
  heading: {family: Inter, weight: 700, fallbacks: [Arial, sans-serif]}
  body: {family: Inter, weight: 400, fallbacks: [Arial, sans-serif]}

voice:
  tone: Say how the brand speaks.
  required_words: ["NAME"]
  banned_words: [cheap]
  reading_grade: {at_least: 4, at_most: 9}

logo: {file: logo.svg, clear_space: 0.25, min_width_px: 64}

ratios: ["1:1", "4:5", "16:9"]

rubric:
  - {id: palette, weight: 3, limits: {at_least: 0.35}}
  - {id: contrast, weight: 2, limits: {at_least: 4.5}, hard_limits: {at_least: 3}}
  - {id: banned_words, weight: 2, hard_limits: {at_most: 0}}
"""
