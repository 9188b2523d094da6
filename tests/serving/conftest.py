"""A server that a whole module talks to; tests that stop one start their own."""

from collections.abc import Iterator

import pytest

from .sites import Served, serving


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """An open server on loopback, as `limner serve` starts it."""
    with serving(tmp_path_factory.mktemp("site") / "home") as served:
        yield served
