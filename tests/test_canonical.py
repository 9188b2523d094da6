"""Equal requests have one fingerprint, different ones another, and the diff says where."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.canonical import canonical_json, diff, fingerprint
from limner.errors import InvalidInput

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-(2**53), 2**53, allow_nan=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=5))
def test_key_order_does_not_matter_and_the_json_round_trips_to_the_same_fingerprint(
    value: dict[str, object],
) -> None:
    turned = dict(reversed(list(value.items())))
    assert fingerprint(turned) == fingerprint(value)
    assert fingerprint(json.loads(canonical_json(value))) == fingerprint(value)


@given(VALUES, VALUES)
def test_two_values_have_one_fingerprint_exactly_when_their_diff_is_empty(one: object, other: object) -> None:
    assert (fingerprint(one) == fingerprint(other)) == (diff({"v": one}, {"v": other}) == [])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (5, 5.0),
        (-0.0, 0),
        (2**53, 2.0**53),
        ("é", "e\u0301"),
        ({"é": 1}, {"e\u0301": 1.0}),
        ([1, "ｱ"], [1.0, "ｱ"]),
    ],
)
def test_numbers_are_equal_by_value_and_text_by_nfc(one: object, other: object) -> None:
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(("one", "other"), [(True, 1), ("1", 1), (None, 0), ([], {}), ("ﬁ", "fi")])
def test_what_json_tells_apart_stays_apart(one: object, other: object) -> None:
    assert fingerprint(one) != fingerprint(other)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53 + 1, -(10**400), {"a": object()}])
def test_what_json_cannot_carry_exactly_is_refused(value: object) -> None:
    with pytest.raises(InvalidInput):
        fingerprint(value)


def test_a_diff_names_each_leaf_and_leaves_out_the_side_that_lacks_it() -> None:
    existing = {"inputs": {"colors": 6, "image": "asset_a"}, "seed": 1}
    given_now = {"inputs": {"colors": 6.0, "image": "asset_b", "extra": "x"}, "seed": 1}
    assert diff(existing, given_now) == [
        {"field": "inputs.extra", "given": "x"},
        {"field": "inputs.image", "existing": "asset_a", "given": "asset_b"},
    ]
