"""The catalogue against the public contract: ids, order, inputs, outputs, parameters and their enumerations."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from limner.actions.catalogue import builtin
from limner.types import Action, ActionPort

CONTRACT = json.loads(
    (Path(__file__).parent.parent / "contract" / "actions.json").read_text(encoding="utf-8")
)
PUBLIC = {entry["action_id"]: entry for entry in CONTRACT["actions"]}
CATALOGUE = builtin()


def port_of(text: str) -> tuple[str, bool]:
    """Return the kind in `image[2..4]`, and whether it is a list."""
    kind, brackets = re.fullmatch(r"([a-z]+)(\[.*\])?", text).groups()
    return kind, brackets is not None


def ports(found: tuple[ActionPort, ...]) -> list[tuple[str, bool]]:
    """Return ports as the contract spells them."""
    return [(port.kind.value, port.is_list) for port in found]


def test_the_thirty_seven_public_actions_come_first_and_in_their_order() -> None:
    assert [action.action_id for action in CATALOGUE][: len(PUBLIC)] == list(PUBLIC)


@pytest.mark.parametrize("action_id", PUBLIC)
def test_a_public_action_takes_and_makes_what_the_contract_says(action_id: str) -> None:
    entry, action = PUBLIC[action_id], CATALOGUE.get(action_id)
    assert ports(action.inputs) == [port_of(text) for text in entry["inputs"]]
    assert ports(action.outputs) == [port_of(text) for text in entry["outputs"]]


@pytest.mark.parametrize("action_id", PUBLIC)
def test_a_public_action_has_the_contracts_parameters_with_their_types_and_values(action_id: str) -> None:
    action = CATALOGUE.get(action_id)
    for name, schema in PUBLIC[action_id]["params"].items():
        ours = action.params[name]
        assert ours["type"] == schema["type"], name
        assert ours.get("enum") == schema.get("enum"), name
        assert set(ours.get("properties", {})) == set(schema.get("properties", {})), name


@pytest.mark.parametrize("action", tuple(CATALOGUE), ids=lambda action: action.action_id)
def test_an_action_explains_every_parameter_and_its_defaults_are_valid(action: Action) -> None:
    assert action.description
    for name, schema in action.params.items():
        assert schema["description"], name
        assert "default" in schema, name
        if schema["type"] == "number":
            assert schema["minimum"] <= schema["default"] <= schema["maximum"], name
    Draft202012Validator(action.params_schema()).validate(action.defaults())


def test_the_newer_spelling_of_an_id_is_the_same_action() -> None:
    assert CATALOGUE.get("blur-image-browser") is CATALOGUE.get("blur-image")
    assert "blur-image-browser" not in [action.action_id for action in CATALOGUE]
