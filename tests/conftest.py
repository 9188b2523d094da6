"""What every test may use: a data folder of its own."""

from pathlib import Path

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """Run async tests on asyncio only: that is what the servers run on."""
    return "asyncio"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a fresh data folder."""
    return tmp_path / "home"
