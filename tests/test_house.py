"""The house rules that no linter knows: small modules, and nothing of one machine in the repository."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES = 400
MODULES = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "tools").rglob("*.py")])


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_short_and_says_what_it_is_for(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert text.count("\n") <= MOST_LINES
    summary = ast.get_docstring(ast.parse(text))
    assert summary, "a module opens with one sentence that says what it is for"


def test_both_source_roots_say_that_they_are_typed() -> None:
    for root in ("src/limner", "tools/limner_tools"):
        assert (ROOT / root / "py.typed").is_file()
