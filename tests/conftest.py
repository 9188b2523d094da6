"""What every test may use: a data folder of its own; and how tests are shared out among several processes."""

import os
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
SHARING = (
    "tests/conformance/",
    "tests/rest/",
    "tests/serving/",
    "tests/tools/",
    "tests/actions/test_memory.py",
    "tests/actions/test_sigil.py",
)
"""Modules whose tests share something slow to make, most often a server: one process makes it, and runs them all."""
LONG = (
    "test_conformance.py",
    "test_followers.py",
    "test_hostile.py",
    "test_library.py",
    "test_load.py",
    "test_matrix.py",
)
"""Files of tests that take long one by one: begun last, they would keep one process while the others have ended."""


def pytest_configure() -> None:
    """Have `started/sitecustomize.py` run in every Python that a test starts."""
    known = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    started = str(HERE / "started")
    if started not in known:  # processes of pytest-xdist inherit it
        os.environ["PYTHONPATH"] = os.pathsep.join([started, *filter(None, known)])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what is long."""
    items.sort(key=lambda item: item.path.name not in LONG)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share tests out one by one, but the modules that share something whole, and those first.

    `--dist=loadgroup` would do this, but not with pytest 9.2: https://github.com/pytest-dev/pytest-xdist/issues/1386.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByWhatIsShared(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return nodeid.partition("::")[0] if nodeid.startswith(SHARING) else nodeid

    return ByWhatIsShared(config, log) if config.getvalue("dist") == "loadscope" else None


@pytest.fixture
def anyio_backend() -> str:
    """Run async tests on asyncio only: that is what the servers run on."""
    return "asyncio"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a fresh data folder."""
    return tmp_path / "home"


@pytest.fixture
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no coverage measured of the processes that a test starts: it costs each a tenth of a second and memory.

    For tests of many workers, or of what workers take, whose code other tests run and measure.
    """
    for name in ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START"):
        monkeypatch.delenv(name, raising=False)
