"""How amounts are written, and when one is above another."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.money import is_over, plain_usd, usd


@pytest.mark.parametrize(
    ("amount", "said"),
    [(0, "$0.00"), (2.5, "$2.50"), (0.0125, "$0.0125"), (10_000, "$10000.00"), (0.000001, "$0.000001")],
)
def test_an_amount_has_at_least_two_decimals_and_no_needless_ones(amount: float, said: str) -> None:
    assert usd(amount) == said


@given(st.integers(0, 10_000_000_000))
def test_the_number_to_type_is_the_amount_to_a_millionth(millionths: int) -> None:
    amount = millionths / 1_000_000

    assert Decimal(plain_usd(amount)) == Decimal(millionths) / 1_000_000
    assert not is_over(amount, float(plain_usd(amount)))


@given(st.integers(0, 10_000_000_000))
def test_a_millionth_more_is_over(millionths: int) -> None:
    limit = millionths / 1_000_000

    assert is_over((millionths + 1) / 1_000_000, limit)
    assert not is_over(sum([0.1] * 3) - 0.3 + limit, limit)
