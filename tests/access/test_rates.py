"""The rate of each caller: never more than it may, and never less."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.access.rates import Rates
from limner.errors import TooManyRequests

from .conftest import Clock


def is_taken(rates: Rates, caller: str, per_minute: int) -> bool:
    try:
        rates.take(caller, per_minute)
    except TooManyRequests:
        return False
    return True


def test_a_minutes_requests_may_come_at_once_and_then_at_a_steady_pace(clock: Clock) -> None:
    rates = Rates(clock=clock)
    assert [is_taken(rates, "a", 3) for _ in range(4)] == [True, True, True, False]
    clock.now += 19.9
    assert not is_taken(rates, "a", 3)
    clock.now += 0.2
    assert [is_taken(rates, "a", 3) for _ in range(2)] == [True, False]


def test_rest_saves_up_no_more_than_a_minute(clock: Clock) -> None:
    rates = Rates(clock=clock)
    rates.take("a", 3)
    clock.now += 3600
    assert [is_taken(rates, "a", 3) for _ in range(4)] == [True, True, True, False]


def test_callers_do_not_use_up_each_others_rate(clock: Clock) -> None:
    rates = Rates(clock=clock)
    assert [is_taken(rates, caller, 1) for caller in ("a", "a", "b", "b")] == [True, False, True, False]


@settings(deadline=None)
@given(st.integers(1, 500), st.floats(0, 3))
def test_after_the_wait_that_is_told_a_request_is_let_in(per_minute: int, pause: float) -> None:
    clock = Clock()
    rates = Rates(clock=clock)
    for _ in range(per_minute):
        rates.take("a", per_minute)
    clock.now += pause / per_minute
    with pytest.raises(TooManyRequests) as caught:
        rates.take("a", per_minute)
    wait = caught.value.retry_after_seconds
    assert isinstance(wait, int)
    assert 1 <= wait <= 60
    assert caught.value.document()["retry_after_seconds"] == wait
    assert f"Wait {wait} s" in caught.value.next_step
    clock.now += wait
    assert is_taken(rates, "a", per_minute)


@settings(deadline=None)
@given(st.integers(1, 30), st.lists(st.sampled_from([0.0, 0.0, 0.5]) | st.floats(0, 200), max_size=120))
def test_no_stretch_of_time_has_more_than_the_rate_allows(per_minute: int, pauses: list[float]) -> None:
    clock = Clock()
    rates, taken = Rates(clock=clock), []
    for pause in pauses:
        clock.now += pause
        if is_taken(rates, "a", per_minute):
            taken.append(clock.now)
    for first, begin in enumerate(taken):
        for last in range(first, len(taken)):
            allowed = per_minute + (taken[last] - begin) * per_minute / 60
            assert last - first + 1 <= allowed + 1e-6


def test_memory_is_bounded_and_who_came_last_is_remembered(clock: Clock) -> None:
    rates = Rates(clock=clock, most_callers=100)
    for number in range(1000):
        rates.take(f"caller {number}", 1)
    assert len(rates) == 100
    assert not is_taken(rates, "caller 999", 1)
    assert is_taken(rates, "caller 0", 1)
