"""Whatever a definition holds, loading gives a technique or says what is wrong."""

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from limner.errors import InvalidTechnique
from limner.techniques.load import from_definition
from limner.techniques.schema import input_schema, output_schema, signature
from limner.types import Json

from .actions import ACTIONS
from .loading import FIXTURES, load, load_fixture

SHEET = load_fixture("captioned-sheet.yaml").definition
TEXT = (FIXTURES / "captioned-sheet.yaml").read_text(encoding="utf-8")
JUNK = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        1.5,
        "",
        "x",
        "$inputs.blur",
        "$steps.soften.image",
        "$item",
        "$index",
        "$steps",
        "$",
        "{{",
        "{{ inputs['a']['b'] }}",
        [],
        ["a"],
        [["a"]],
        {},
        {"first": []},
        {"first": 5},
        {"zip": {}},
        {"zip": {"a": 1}},
        {"value": "$inputs.blur", "in": 3},
        {"type": ["a"]},
        {"enum": [[1]]},
        {"pattern": 5},
        {"items": 5},
        "\x00",
    ]
)


def places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(each for key, item in inner for each in places(item, (*place, key)))]


def at(value: Any, place: tuple[Any, ...]) -> Any:
    for key in place:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value


PLACES = [place for place in places(SHEET) if place]


@settings(deadline=None)
@given(changes=st.lists(st.tuples(st.sampled_from(PLACES), JUNK), min_size=1, max_size=2))
def test_a_definition_with_junk_anywhere_loads_or_is_refused(
    changes: list[tuple[tuple[Any, ...], Any]],
) -> None:
    changed: Json = copy.deepcopy(SHEET)
    for place, junk in changes:
        node = at(changed, place[:-1])
        if isinstance(node, dict) or (isinstance(node, list) and place[-1] < len(node)):
            node[place[-1]] = copy.deepcopy(junk)

    try:
        found = from_definition(changed, actions=ACTIONS, technique_of=lambda _, __: None)
    except InvalidTechnique as error:
        assert error.problems
    else:
        assert signature(found)
        assert input_schema(found)["type"] == output_schema(found)["type"] == "object"


@settings(deadline=None)
@given(
    at=st.integers(0, len(TEXT)),
    cut=st.integers(0, 12),
    put=st.text("{}[]:,&*!#|>'\"%@`\t\n -$.?x\x00\u2028", max_size=3),
)
def test_a_damaged_text_loads_or_is_refused(at: int, cut: int, put: str) -> None:
    try:
        load(TEXT[:at] + put + TEXT[at + cut :])
    except InvalidTechnique as error:
        assert all(problem.line >= 1 and problem.remedy for problem in error.problems)
