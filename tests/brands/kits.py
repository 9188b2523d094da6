"""Kits in tests: a small sound one, and what is wrong with variants of it."""

from pathlib import Path

from limner.brands.load import load_file
from limner.errors import InvalidBrandKit, Problem
from limner.types import BrandKit

SOUND = """\
brand_kit: small
name: Small
description: A kit for tests.
palette:
  - {name: White, hex: "#FFFFFF", role: paper, share: 0.5}
  - {name: Red, hex: "#cc0000", role: primary}
  - {name: Black, hex: "#000000", role: ink}
type:
  heading: {family: Inter, weight: 700}
  body: {family: LimnerSerif}
voice:
  tone: Plain.
"""
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><path d="M0 0h20v10H0z"/></svg>'


def write_kit(folder: Path, text: str = SOUND, logo: str | bytes | None = None) -> Path:
    """Write a kit, with a logo beside it that it names, and return its file."""
    folder.mkdir(parents=True, exist_ok=True)
    if logo is not None:
        (folder / "logo.svg").write_bytes(logo if isinstance(logo, bytes) else logo.encode())
        text += "logo: {file: logo.svg}\n"
    file = folder / "kit.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def load(folder: Path, text: str = SOUND, logo: str | bytes | None = None) -> BrandKit:
    return load_file(write_kit(folder, text, logo), "kit.yaml")


def problems_of(folder: Path, text: str, logo: str | bytes | None = None) -> list[Problem]:
    try:
        load(folder, text, logo)
    except InvalidBrandKit as error:
        return list(error.problems)
    return []
