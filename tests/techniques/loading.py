"""Loads technique texts in tests, and gives their problems."""

from collections.abc import Mapping
from pathlib import Path

from limner.errors import InvalidTechnique, Problem
from limner.techniques.load import load_text
from limner.types import Technique

from .actions import ACTIONS

FIXTURES = Path(__file__).parent / "fixtures"


def load(text: str, others: Mapping[str, Technique] | None = None) -> Technique:
    known = others or {}

    def technique_of(technique_id: str, revision: str | None) -> Technique | None:
        found = known.get(technique_id)
        return found if found and revision in (None, found.revision) else None

    return load_text(text, "a.yaml", actions=ACTIONS, technique_of=technique_of)


def load_fixture(name: str, others: Mapping[str, Technique] | None = None) -> Technique:
    return load((FIXTURES / name).read_text(encoding="utf-8"), others)


def problems_of(text: str, others: Mapping[str, Technique] | None = None) -> list[Problem]:
    try:
        load(text, others)
    except InvalidTechnique as error:
        return list(error.problems)
    return []
