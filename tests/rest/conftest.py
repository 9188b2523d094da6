"""One server for all tests that leave it as it is; each asks as a caller of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from serving.sites import Served

from .calling import KEYS, NAMES, Api, publish_words, serving_api


@pytest.fixture(scope="session")
def rest_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rest") / "home"


@pytest.fixture(scope="session")
def site(rest_home: Path) -> Iterator[Served]:
    """A server with keys, and the technique `words` published."""
    with serving_api(rest_home, *NAMES, LIMNER_LOG_LEVEL="INFO") as served:
        publish_words(Api(served, KEYS["ann"]))
        yield served


@pytest.fixture(scope="session")
def caller(site: Served) -> Callable[[str], Api]:
    """Return a caller by name."""
    return lambda name: Api(site, KEYS[name])


@pytest.fixture(scope="session")
def ann(caller: Callable[[str], Api]) -> Api:
    return caller("ann")


@pytest.fixture(scope="session")
def bob(caller: Callable[[str], Api]) -> Api:
    return caller("bob")
