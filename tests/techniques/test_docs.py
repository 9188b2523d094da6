"""The page for technique authors says what the loader does."""

import re
from pathlib import Path

from limner.techniques.filters import FILTERS, TESTS
from limner.techniques.ports import OUTPUT_KEYS
from limner.techniques.schema import signature
from limner.techniques.shape import TECHNIQUE_KEYS
from limner.techniques.steps import FILE_KINDS, KEYS

from .loading import FIXTURES, load

PAGE = (Path(__file__).parents[2] / "docs" / "technique-files.md").read_text(encoding="utf-8")


def test_the_worked_example_loads_and_has_the_signature_shown() -> None:
    _walk, example = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)

    assert example == (FIXTURES / "captioned-sheet.yaml").read_text(encoding="utf-8")
    assert signature(load(example)) in PAGE


def test_every_key_filter_and_test_is_documented() -> None:
    keys = {*TECHNIQUE_KEYS, *OUTPUT_KEYS, *(key for kind in FILE_KINDS for key in KEYS[kind])}

    assert {key for key in keys if f"`{key}`" not in PAGE} == set()
    assert f"Filters: `{' '.join(sorted(FILTERS))}`" in PAGE
    assert f"Tests: `{' '.join(sorted(TESTS))}`" in PAGE
