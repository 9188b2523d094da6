"""Waits for a provider: pauses between two looks, and looks again while it cannot be reached."""

import random
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import anyio

from limner.errors import NotAccepted, ProviderFailed
from limner.types import ProviderSettings

T = TypeVar("T")

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 8.0
GROWTH = 1.5


def pauses() -> Iterator[float]:
    """Yield the seconds between looks: growing to `LONGEST_PAUSE_SECONDS`, each jittered by a fifth."""
    seconds = FIRST_PAUSE_SECONDS
    while True:
        yield seconds * random.uniform(0.8, 1.2)
        seconds = min(LONGEST_PAUSE_SECONDS, seconds * GROWTH)


async def asked_again(work: Callable[[], Awaitable[T]]) -> T:
    """Return what a question about accepted work is answered, asked again for as long as nobody answers.

    For questions only: never for what makes something. Bounded by `within`. Raises: what will not pass.
    """
    for pause in pauses():
        try:
            return await work()
        except NotAccepted as error:
            if not error.is_passing:
                raise
            await anyio.sleep(max(pause, error.retry_after_seconds or 0.0))
    raise AssertionError("pauses never end")


async def within(settings: ProviderSettings, work: Callable[[], Awaitable[T]]) -> T:
    """Return what `work` returns before the provider's time for a result is over.

    Raises: ProviderFailed, code `model_timeout`, which counts as billed: the provider is still at work.
    """
    with anyio.move_on_after(settings.result_seconds):
        return await work()
    raise ProviderFailed(
        f"{settings.name} had no result after {settings.result_seconds:g} s.",
        code="model_timeout",
        billed_usd=None,
        next_step="Ask for less (shorter, smaller), or have the operator raise result_seconds of the provider.",
    )
