"""How often each caller may ask: a bucket of tokens that refills steadily."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from limner.errors import TooManyRequests

Clock: TypeAlias = Callable[[], float]
"""Seconds since some moment; never goes back."""

MOST_CALLERS = 10_000
"""Buckets that are kept; the one that rested longest makes room."""


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float


class Rates:
    """One bucket per caller, full at first: a minute's requests may come at once, the rest at a steady pace."""

    def __init__(self, *, clock: Clock = time.monotonic, most_callers: int = MOST_CALLERS) -> None:
        self._clock = clock
        self._most_callers = most_callers
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, caller: str, per_minute: int) -> None:
        """Count one request. Raises: TooManyRequests, with the whole seconds until one is allowed again."""
        now = self._clock()
        bucket = self._buckets.pop(caller, None) or _Bucket(per_minute, now)
        refilled = bucket.level + (now - bucket.at) * per_minute / 60
        bucket.level, bucket.at = min(per_minute, refilled), now
        self._buckets[caller] = bucket
        if len(self._buckets) > self._most_callers:
            self._buckets.popitem(last=False)
        if bucket.level < 1:
            wait = max(1, math.ceil((1 - bucket.level) * 60 / per_minute))
            raise TooManyRequests(f"More than {per_minute} requests in a minute.", retry_after_seconds=wait)
        bucket.level -= 1

    def __len__(self) -> int:
        return len(self._buckets)
