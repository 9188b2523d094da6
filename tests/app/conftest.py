"""A Studio on a fresh data folder, and what a caller sends to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from limner.app.studio import Studio
from limner.config import read_settings
from limner.server import open_studio


@pytest.fixture
async def studio(home: Path) -> AsyncIterator[Studio]:
    """A Studio that starts runs and executes none; what comes in is probed in real workers."""
    async with open_studio(read_settings({"LIMNER_HOME": str(home)}), works=False) as opened:
        yield opened
