"""Tries free work again after failures that may pass: never what costs money, never a mistake of the caller."""

import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio

from limner.errors import LimnerError

T = TypeVar("T")

ATTEMPTS = 3
FIRST_PAUSE_SECONDS = 0.5


async def retried(
    work: Callable[[], Awaitable[T]], *, on_retry: Callable[[int, LimnerError], Awaitable[None]]
) -> T:
    """Return what `work` returns, tried up to three times, with pauses that double and are jittered.

    `on_retry` gets the number of the attempt that failed and its error. Raises: the last error, or at once
    one that will not pass.
    """
    for attempt in range(1, ATTEMPTS):
        try:
            return await work()
        except LimnerError as error:
            if not error.is_passing:
                raise
            await on_retry(attempt, error)
        pause = FIRST_PAUSE_SECONDS * 2 ** (attempt - 1)
        await anyio.sleep(pause * random.uniform(0.5, 1.5))
    return await work()
