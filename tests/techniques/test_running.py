"""What the engine asks of a technique while it runs: references, guards, mapping."""

import pytest

from limner.errors import StepFailed
from limner.techniques.conditions import is_met
from limner.techniques.expand import collect, expand
from limner.techniques.references import Reference, Scope, parse_reference, resolve

SCOPE = Scope(
    inputs={"n": 1, "list": ["a", "b", "c"], "empty": [], "no": False, "gone": None},
    steps={"s": {"image": ["x", "y"]}, "skipped": None},
    brand={"palette": ["#000"]},
    run={"seed": 3},
)


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("$inputs.x", Reference("inputs", ("x",))),
        ("$steps.s.out[2]", Reference("steps", ("s", "out", 2))),
        ("$brand.a.b-c", Reference("brand", ("a", "b-c"))),
        ("$item", Reference("item")),
        ("$index", Reference("index")),
        ("$item.field[0]", Reference("item", ("field", 0))),
        ("$inputs.x and more", None),
        ("$inputs.", None),
        ("$inputs..x", None),
        ("$inputs.x[-1]", None),
        ("$inputs.x\n", None),
        ("$price", None),
        ("5", None),
        (5, None),
    ],
)
def test_a_reference_is_a_whole_string(text: object, reference: Reference | None) -> None:
    assert parse_reference(text) == reference
    if reference:
        assert parse_reference(str(reference)) == reference


def test_references_resolve_in_nested_data_and_give_none_where_nothing_is() -> None:
    given = {
        "a": "$inputs.n",
        "b": ["$inputs.list[1]", "$inputs.list[9]", "$steps.skipped.image"],
        "c": {"first": ["$inputs.gone", "$steps.skipped.image", "$steps.s.image[0]"]},
        "d": "$brand.palette.x",
        "e": "$5",
        "f": {"first": ["$inputs.gone", 4]},
        "g": {"first": ["$inputs.no", 4]},
    }

    assert resolve(given, SCOPE) == {
        "a": 1,
        "b": ["b", None, None],
        "c": "x",
        "d": None,
        "e": "$5",
        "f": 4,
        "g": False,
    }


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (None, True),
        ("$inputs.n", True),
        ("$inputs.no", False),
        ("$inputs.empty", False),
        ("$inputs.gone", False),
        ({"value": "$inputs.n", "equals": 1.0}, True),
        ({"value": "$inputs.n", "equals": True}, False),
        ({"value": "$inputs.no", "equals": 0}, False),
        ({"value": "$inputs.gone", "equals": None}, True),
        ({"value": "$inputs.list[0]", "in": ["a", "z"]}, True),
        ({"value": "$inputs.list[1]", "in": ["a", "z"]}, False),
        ({"missing": "$inputs.gone"}, True),
        ({"missing": "$inputs.no"}, False),
    ],
)
def test_a_guard_decides_by_value_and_type(when: object, expected: bool) -> None:
    assert is_met(when, SCOPE) is expected


def test_for_each_gives_one_scope_per_element() -> None:
    scopes = expand("$inputs.list", SCOPE)

    assert scopes is not None
    assert [(scope.item, scope.index) for scope in scopes] == [("a", 0), ("b", 1), ("c", 2)]
    assert scopes[0].inputs is SCOPE.inputs
    assert expand("$inputs.empty", SCOPE) == []
    assert expand("$inputs.gone", SCOPE) is None


def test_zip_is_as_long_as_its_lead_and_fills_up_with_nothing() -> None:
    def items(for_each: object) -> list[object]:
        return [scope.item for scope in expand(for_each, SCOPE) or []]

    lists = {"a": "$inputs.list", "b": "$steps.s.image"}
    assert items({"zip": lists}) == [{"a": "a", "b": "x"}, {"a": "b", "b": "y"}, {"a": "c", "b": None}]
    assert items({"zip": lists, "lead": "b"}) == [{"a": "a", "b": "x"}, {"a": "b", "b": "y"}]
    assert items({"zip": {"a": "$steps.s.image", "b": "$inputs.gone"}}) == [
        {"a": "x", "b": None},
        {"a": "y", "b": None},
    ]


def test_too_many_elements_fail_the_step() -> None:
    with pytest.raises(StepFailed, match="at most 200"):
        expand("$inputs.list", Scope(inputs={"list": list(range(201))}))


def test_results_of_elements_become_lists_without_gaps() -> None:
    results = [{"image": "a", "text": ["1", "2"]}, None, {"image": "b", "text": ["3"]}]

    assert collect(results, ("image", "text")) == {"image": ["a", "b"], "text": ["1", "2", "3"]}
    assert collect([], ("image",)) == {"image": []}
