"""docs/providers.md shows code that is run, and names every type and every check."""

import os
import re
import subprocess
import sys
from pathlib import Path

from limner.providers.conformance import CHECKS
from limner.providers.registry import BUILTIN

from .installed import STAMP, install_stamp

PAGE = Path(__file__).parents[2] / "docs" / "providers.md"
TESTS = Path(__file__).parents[1]
CONFTEST = """
import pytest
from types import SimpleNamespace
from providers.fakes.serving import serving
from providers.fakes.stamp import KEY, StampServer


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def server():
    stamps = StampServer()

    async def billed():
        return len(stamps.by_key)

    with serving(stamps.app()) as base_url:
        yield SimpleNamespace(base_url=base_url, key=KEY, billed=billed)
"""


def blocks(language: str) -> list[str]:
    """Return what the page shows in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)


def rows_of(heading: str) -> set[str]:
    """Return the first cells, in code marks, of the table that follows a heading."""
    part = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return set(re.findall(r"^\| `(\w+)` \|", part, re.M))


def test_the_adapter_on_the_page_is_the_one_that_is_tested() -> None:
    adapter, _ = blocks("python")
    assert adapter.strip() == (STAMP / "__init__.py").read_text(encoding="utf-8").strip()


def test_the_test_on_the_page_runs_every_check(tmp_path: Path) -> None:
    _, shown = blocks("python")
    packages = install_stamp(tmp_path / "packages")
    (tmp_path / "test_stamp.py").write_text(shown, encoding="utf-8")
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    path = os.pathsep.join([str(packages), str(TESTS), os.environ.get("PYTHONPATH", "")])
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stdout
    assert f"{len(CHECKS)} passed" in ended.stdout


def test_every_type_and_every_check_is_on_the_page() -> None:
    assert rows_of("Add a provider") == set(BUILTIN)
    assert rows_of("The checks that ship") == set(CHECKS)
