"""An issuer per test; its keys are made once, because RSA keys take a while."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from .issuing import Issuer, Key, start_issuer, stop_issuer


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def rsa_key() -> Key:
    return Key("first", "RS256")


@pytest.fixture
def issuer(rsa_key: Key) -> Iterator[Issuer]:
    """An issuer with RFC 8414 metadata and one RSA key."""
    served = start_issuer([rsa_key])
    served.serve_metadata()
    served.serve_keys()
    yield served
    stop_issuer(served)
