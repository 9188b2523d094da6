import copy
import random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.errors import InvalidTechnique
from limner.techniques.load import from_definition
from limner.types import Json, Technique

from .actions import ACTIONS
from .loading import FIXTURES, load, load_fixture, problems_of

PALETTE = load_fixture("palette-pull.yaml")
OTHERS = {PALETTE.technique_id: PALETTE}
SHEET = load_fixture("captioned-sheet.yaml")
COPY = load_fixture("poster-copy.yaml", OTHERS)


def shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, list):
        return [shuffled(item, chance) for item in value]
    if not isinstance(value, dict):
        return value
    items = list(value.items())
    chance.shuffle(items)
    return {key: shuffled(item, chance) for key, item in items}


@settings(deadline=None)
@given(
    chance=st.randoms(use_true_random=False),
    width=st.integers(40, 200),
    is_flow=st.booleans(),
    note=st.text("ab #", max_size=9),
)
def test_key_order_comments_and_layout_leave_the_revision(
    chance: random.Random, width: int, is_flow: bool, note: str
) -> None:
    text = yaml.safe_dump(
        shuffled(SHEET.definition, chance),
        sort_keys=False,
        width=width,
        default_flow_style=is_flow,
        allow_unicode=True,
    )

    again = load(f"# {note}\n{text}# {note}\n")

    assert again.revision == SHEET.revision
    assert again.steps == SHEET.steps


def leaves(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        return [leaf for key, item in pairs for leaf in leaves(item, (*place, key))]
    return [place]


@pytest.mark.parametrize("place", leaves(SHEET.definition), ids=str)
def test_any_change_of_content_changes_the_revision(place: tuple[Any, ...]) -> None:
    from limner.techniques.revision import revision_of

    changed: Json = copy.deepcopy(SHEET.definition)
    node: Any = changed
    for key in place[:-1]:
        node = node[key]
    node[place[-1]] = f"{node[place[-1]]}x" if isinstance(node[place[-1]], str) else [node[place[-1]]]

    assert revision_of(changed) != SHEET.revision


def test_what_equals_its_default_is_the_same_content() -> None:
    text = (FIXTURES / "palette-pull.yaml").read_text(encoding="utf-8")
    spelled = text.replace(
        "type: imageUrl, description", "optional: false, allow_multiple: false, type: imageUrl, description"
    )
    spelled = spelled.replace(
        "name: Palette Pull",
        "fidelity: faithful\ntags: []\nestimated_seconds: 5.0\nprice_usd: 0.00\nname: Palette Pull",
    )

    assert spelled != text
    assert load(spelled).revision == PALETTE.revision


def test_a_price_is_part_of_the_content() -> None:
    text = (FIXTURES / "palette-pull.yaml").read_text(encoding="utf-8")
    priced, dearer = (load(f"price_usd: {price}\n{text}") for price in ("2.50", "2.51"))

    assert (PALETTE.price_usd, priced.price_usd, dearer.price_usd) == (0, 2.5, 2.51)
    assert len({PALETTE.revision, priced.revision, dearer.revision}) == 3


def test_a_revision_is_named_by_32_digits() -> None:
    assert PALETTE.revision.startswith("rev_")
    assert len(PALETTE.revision) == 36


def test_a_stored_definition_loads_to_the_same_technique() -> None:
    assert from_definition(SHEET.definition, actions=ACTIONS, technique_of=lambda _, __: None) == SHEET


def test_a_nested_technique_is_pinned_to_its_revision() -> None:
    assert COPY.definition["steps"]["framed"]["revision"] == PALETTE.revision
    assert next(step for step in COPY.steps if step.id == "framed").revision == PALETTE.revision

    def newer(technique_id: str, revision: str | None) -> Technique | None:
        return PALETTE if revision == PALETTE.revision else None

    assert from_definition(COPY.definition, actions=ACTIONS, technique_of=newer) == COPY


def test_another_revision_of_a_nested_technique_is_another_revision_of_the_whole() -> None:
    other = load(
        (FIXTURES / "palette-pull.yaml")
        .read_text(encoding="utf-8")
        .replace("Extract color", "Extract the color")
    )

    assert load_fixture("poster-copy.yaml", {other.technique_id: other}).revision != COPY.revision


def test_a_pin_to_a_revision_that_is_gone_is_a_problem() -> None:
    text = (FIXTURES / "poster-copy.yaml").read_text(encoding="utf-8")
    pinned = text.replace(
        "{technique: tech_palette-pull,", f"{{technique: tech_palette-pull, revision: rev_{'0' * 32},"
    )

    assert "at revision rev_000" in problems_of(pinned, OTHERS)[0].message


def test_a_stored_definition_that_no_longer_holds_is_named_by_its_revision() -> None:
    with pytest.raises(InvalidTechnique) as caught:
        from_definition(PALETTE.definition, actions={}, technique_of=lambda _, __: None)

    assert caught.value.problems[0].file == PALETTE.revision


@pytest.mark.parametrize("value", ["\ud800", float("nan"), 2**60 + 1])
def test_a_definition_that_json_cannot_carry_is_refused(value: object) -> None:
    with pytest.raises(InvalidTechnique, match="cannot be stored"):
        from_definition(
            {**PALETTE.definition, "name": value}, actions=ACTIONS, technique_of=lambda _, __: None
        )
